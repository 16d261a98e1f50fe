//! What people are called and what they say.

use sotto_content::proto::Format;
use sotto_content::text::style;

use crate::random::Random;

/// Something that was said, and what became of it.
pub(super) struct Said {
    pub body: String,
    pub formats: Vec<Format>,
    /// It answers something.
    pub answers: bool,
    pub forwarded: bool,
    pub edited: bool,
    pub deleted: bool,
    pub reaction: Option<&'static str>,
}

impl Said {
    pub fn plain(body: String) -> Self {
        Self {
            body,
            formats: Vec::new(),
            answers: false,
            forwarded: false,
            edited: false,
            deleted: false,
            reaction: None,
        }
    }
}

const FEW: [&str; 24] = [
    "tomorrow",
    "the",
    "boat",
    "is",
    "late",
    "again",
    "bring",
    "bread",
    "and",
    "a",
    "lamp",
    "grüße",
    "we",
    "meet",
    "at",
    "seven",
    "near",
    "old",
    "harbour",
    "если",
    "можешь",
    "yes",
    "no",
    "🙂",
];

const FIRST: [&str; 60] = [
    "Mara", "Jonas", "Amina", "Luca", "Ingrid", "Tomás", "Yuki", "Farah", "Oskar", "Leila",
    "Mateo", "Nora", "Kwame", "Elif", "Pavel", "Sofía", "Hugo", "Priya", "Anton", "Chloé", "Idris",
    "Greta", "Marek", "Naomi", "Emil", "Zainab", "Rafael", "Linh", "Simon", "Vera", "Dmitri",
    "Hana", "Björn", "Carmen", "Tariq", "Alice", "Mikko", "Rosa", "Owen", "Salma", "Felix", "Ayşe",
    "Noah", "Irina", "Paolo", "Meera", "Lars", "Beatriz", "Karim", "Edith", "Sven", "Olga", "Theo",
    "Nkechi", "Viktor", "Jana", "Elias", "Miriam", "Ruben", "Clara",
];

const LAST: [&str; 60] = [
    "Lindqvist",
    "Okafor",
    "Moreau",
    "Tanaka",
    "Kowalski",
    "Haddad",
    "Fischer",
    "Rossi",
    "Silva",
    "Novak",
    "Petrov",
    "Larsen",
    "Yılmaz",
    "Nguyen",
    "Keller",
    "Costa",
    "Andersen",
    "Mbeki",
    "Dupont",
    "Horvat",
    "Jansen",
    "Bauer",
    "García",
    "Ito",
    "Virtanen",
    "Farouk",
    "Bergström",
    "Weber",
    "Sharma",
    "Castillo",
    "O’Neill",
    "Schäfer",
    "Popescu",
    "Laurent",
    "Nakamura",
    "Mendes",
    "Brandt",
    "Eriksen",
    "Rahman",
    "Vogel",
    "Santos",
    "Kaya",
    "Lefèvre",
    "Hughes",
    "Dvořák",
    "Aydın",
    "Marino",
    "Olsen",
    "Hartmann",
    "Mensah",
    "Ferrari",
    "Lindholm",
    "Peeters",
    "Krüger",
    "Sato",
    "Ibrahim",
    "Wagner",
    "Duarte",
    "Holm",
    "Zeller",
];

const PLACES: [&str; 30] = [
    "the harbour",
    "the station",
    "the old mill",
    "the library",
    "the market hall",
    "the office",
    "the lake",
    "my place",
    "the bakery on the corner",
    "the museum",
    "Lisbon",
    "the airport",
    "the botanical garden",
    "the climbing gym",
    "the bookshop",
    "platform 4",
    "the allotment",
    "the river bank",
    "the rooftop",
    "the workshop",
    "the ferry",
    "Oslo",
    "the school",
    "the pharmacy",
    "the town hall",
    "the little cinema",
    "grandma’s kitchen",
    "the tram stop",
    "the swimming pool",
    "the concert hall",
];

const THINGS: [&str; 40] = [
    "the tickets",
    "your umbrella",
    "the projector",
    "a second lamp",
    "the spare keys",
    "the contract",
    "that recipe",
    "the photos from the wedding",
    "the blue folder",
    "a tent",
    "the bike pump",
    "the invoice",
    "the sourdough starter",
    "my charger",
    "the passport",
    "the guitar",
    "two chairs",
    "the binoculars",
    "the birthday cake",
    "the floor plan",
    "the parcel",
    "your scarf",
    "the draft",
    "the coffee grinder",
    "the map",
    "the chess set",
    "the ladder",
    "the seeds",
    "the prescription",
    "the headphones",
    "the rehearsal plan",
    "the paddle board",
    "the slides",
    "the battery",
    "the translation",
    "the receipt",
    "the board game",
    "the plant",
    "the suitcase",
    "the sewing machine",
];

const DAYS: [&str; 14] = [
    "today",
    "tomorrow",
    "on Monday",
    "on Tuesday",
    "on Wednesday",
    "on Thursday",
    "on Friday",
    "on Saturday",
    "on Sunday",
    "next week",
    "at the weekend",
    "tonight",
    "in the morning",
    "after the holidays",
];

const SHORT: [&str; 32] = [
    "ok",
    "Yes!",
    "no",
    "haha",
    "👍",
    "🙂",
    "On my way",
    "Thanks!",
    "See you there",
    "Sure",
    "😂😂",
    "Really?",
    "Why not",
    "Good night",
    "Good morning ☀️",
    "Call me?",
    "One moment",
    "Done.",
    "I see",
    "Perfect",
    "Hmm",
    "❤️",
    "Of course",
    "Not yet",
    "Maybe later",
    "Same here",
    "Love it",
    "wait what",
    "🎉",
    "Sounds good",
    "Can’t wait",
    "oh no",
];

const SENTENCES: [&str; 48] = [
    "Can you bring @t to @p @d?",
    "I left @t at @p, could you look whether it is still there?",
    "@n asked whether we still meet at @p @d.",
    "We are running late, the train stands still before @p.",
    "Let’s meet at @h near @p.",
    "Did you hear that @n and @n are moving to @w Street?",
    "The weather @d looks awful, but I’ll come anyway.",
    "I finally finished @t. It took @m hours.",
    "Could somebody pick up @t @d? I’m stuck at @p until @h.",
    "Dinner @d? I’d cook something with @f.",
    "@n says hello!",
    "That was the best @f I have had in years.",
    "My appointment moved to @h, so @d works for me after all.",
    "Remember to send @t to @n before @h.",
    "I have been thinking about what you said, and I believe you are right.",
    "The meeting with @w & Sons went well, they want @t @d.",
    "No idea why, but @t does not work any more.",
    "It costs @m euros, which is less than I thought.",
    "Happy birthday, @n! 🎂",
    "Who else is coming @d?",
    "I’m reading a book by @w, you would like it.",
    "The key is under the flower pot, don’t tell @n.",
    "Bus @m does not stop at @p any more.",
    "How was @p?",
    "Please water @t while I am away, twice a week is enough.",
    "We got the flat in @w Street!!",
    "Sorry, I fell asleep. Is it still on for @h?",
    "Are you at @p already?",
    "The doctor said it is nothing serious, just @m days of rest.",
    "I’ll be there in @m minutes.",
    "You won’t believe whom I met at @p: @n @w!",
    "Reference @w-@m, in case they ask.",
    "Thank you for @t, that was very kind of you.",
    "What do you think about @p for the summer?",
    "My phone nearly died, so if I don’t answer: @p, @h.",
    "@f or @f? I can’t decide.",
    "The children built a castle out of @t 😄",
    "If @n can’t make it, we could move everything to @d.",
    "I have two spare seats in the car from @p @d.",
    "There is a leak in the roof again, I called @w.",
    "Let me know when you have arrived.",
    "Shall I order @f for everybody?",
    "Wir treffen uns um @h am Bahnhof, bring bitte @t mit.",
    "On se retrouve à @h devant le café ?",
    "Завтра в семь у метро, возьми @t!",
    "¿Vienes a cenar @d? Habrá @f.",
    "明日の会議は午後三時からです。",
    "Hyvää yötä, nähdään huomenna!",
];

const FOODS: [&str; 20] = [
    "lentil soup",
    "pumpkin risotto",
    "pierogi",
    "ramen",
    "tacos",
    "apple strudel",
    "falafel",
    "mushroom pie",
    "paella",
    "dumplings",
    "shakshuka",
    "cinnamon buns",
    "lasagne",
    "okonomiyaki",
    "goulash",
    "hummus",
    "pancakes",
    "green curry",
    "moussaka",
    "rhubarb cake",
];

const LINKS: [&str; 8] = [
    "https://example.org/map?from=home&to=@w",
    "https://example.com/articles/@m/@w",
    "https://tickets.example.net/event/@m",
    "https://example.org/recipes/@w",
    "https://photos.example.com/album/@w-@m",
    "https://example.net/w/@w",
    "https://docs.example.org/d/@m#notes",
    "https://example.com/flats/@m",
];

const EMOJI: [&str; 8] = ["👍", "❤️", "😂", "😮", "🎉", "🙏", "😢", "🔥"];

const BEGIN: [&str; 20] = [
    "b", "br", "d", "f", "g", "gr", "h", "k", "kl", "l", "m", "n", "p", "r", "s", "st", "t", "v",
    "w", "z",
];
const MIDDLE: [&str; 10] = ["a", "e", "i", "o", "u", "ei", "au", "ie", "oo", "ä"];
const END: [&str; 12] = [
    "n", "r", "l", "s", "t", "nd", "rg", "ck", "m", "rt", "ll", "x",
];

/// What somebody is called; the first 3,600 are all called differently.
pub(super) fn full_name(number: u32) -> String {
    let number = usize::try_from(number).unwrap_or(0);
    let first = FIRST.get(number % 60).unwrap_or(&"");
    let last = LAST.get((7 * number + number / 60) % 60).unwrap_or(&"");
    format!("{first} {last}")
}

/// A few words without a sense.
pub(super) fn few(random: &mut Random) -> String {
    let most = if random.below(10) == 0 { 60 } else { 12 };
    let words: Vec<&str> = (0..=random.below(most))
        .map(|_| one(random, &FEW))
        .collect();
    words.join(" ")
}

/// Something that somebody says.
pub(super) fn said(random: &mut Random) -> Said {
    let mut body = match random.below(20) {
        0..=3 => one(random, &SHORT).to_owned(),
        4..=13 => filled(random, &SENTENCES),
        14..=17 => several(random, 2, " "),
        18 => several(random, 3, " "),
        _ => {
            let paragraphs = 2 + random.below(3);
            let some: Vec<String> = (0..paragraphs).map(|_| several(random, 3, " ")).collect();
            some.join("\n\n")
        }
    };
    if random.below(40) == 0 {
        let link = filled(random, &LINKS);
        body = format!("{body} {link}");
    }
    let chance = random.below(1_000);
    Said {
        formats: if random.below(30) == 0 {
            format(random, &body)
        } else {
            Vec::new()
        },
        answers: random.below(14) == 0,
        forwarded: chance < 8,
        edited: (10..30).contains(&chance),
        deleted: (40..46).contains(&chance),
        reaction: (random.below(12) == 0).then(|| one(random, &EMOJI)),
        body,
    }
}

/// Makes a word of a text stand out.
fn format(random: &mut Random, body: &str) -> Vec<Format> {
    let count = u64::try_from(body.split(' ').count()).unwrap_or(1);
    let chosen = usize::try_from(random.below(count)).unwrap_or(0);
    let length = |text: &str| u32::try_from(text.chars().count()).unwrap_or(0);
    let before: u32 = body
        .split(' ')
        .take(chosen)
        .map(|word| length(word) + 1)
        .sum();
    let word = body.split(' ').nth(chosen).map_or(0, length);
    let style = one(
        random,
        &[
            style::BOLD,
            style::ITALIC,
            style::STRIKE,
            style::CODE,
            style::SPOILER,
        ],
    );
    match word {
        0 => Vec::new(),
        length => vec![Format {
            start: before,
            length,
            style,
        }],
    }
}

fn several(random: &mut Random, count: u64, between: &str) -> String {
    let all: Vec<String> = (0..count).map(|_| filled(random, &SENTENCES)).collect();
    all.join(between)
}

/// One of some sentences, with its gaps filled.
fn filled(random: &mut Random, of: &[&'static str]) -> String {
    let mut parts = one(random, of).split('@');
    let mut text = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let mut rest = part.chars();
        match rest.next() {
            Some('p') => text.push_str(one(random, &PLACES)),
            Some('t') => text.push_str(one(random, &THINGS)),
            Some('d') => text.push_str(one(random, &DAYS)),
            Some('n') => text.push_str(one(random, &FIRST)),
            Some('f') => text.push_str(one(random, &FOODS)),
            Some('w') => text.push_str(&strange(random)),
            Some('m') => text.push_str(&(2 + random.below(998)).to_string()),
            Some('h') => {
                let (hour, quarter) = (7 + random.below(15), 15 * random.below(4));
                text.push_str(&format!("{hour}:{quarter:02}"));
            }
            _ => {}
        }
        text.push_str(rest.as_str());
    }
    text
}

/// A name that hardly anybody else has.
fn strange(random: &mut Random) -> String {
    let mut name = String::new();
    for _ in 0..2 {
        name.push_str(one(random, &BEGIN));
        name.push_str(one(random, &MIDDLE));
        name.push_str(one(random, &END));
    }
    let first = name.get(..1).map(str::to_uppercase).unwrap_or_default();
    first + name.get(1..).unwrap_or("")
}

/// Any of some, each as often as the other.
fn one<T: Copy + Default>(random: &mut Random, of: &[T]) -> T {
    let count = u64::try_from(of.len()).unwrap_or(0);
    let index = usize::try_from(random.below(count)).unwrap_or(0);
    of.get(index).copied().unwrap_or_default()
}
