//! What people write, in many languages.

/// Language and messages.
pub(super) const CORPUS: &[(&str, &[&str])] = &[
    (
        "English",
        &[
            "Are you coming to the book club on Thursday?",
            "I've left the keys under the flowerpot; don't tell Tom!",
            "See https://example.org/map?x=1&y=2 for the way",
        ],
    ),
    (
        "German",
        &[
            "Die Straße zum Großmarkt ist gesperrt, fahr über Köln.",
            "Übrigens: Zwölf Boxkämpfer jagen Viktor quer über den Sylter Deich",
            "GRÜẞE AUS ÖSTERREICH!",
        ],
    ),
    (
        "French",
        &[
            "On se retrouve au café près de l’église à midi ?",
            "Où est passé mon cœur de père Noël ? Ça alors…",
            "C'e\u{301}tait de\u{301}compose\u{301}, et c’est la même chose.",
        ],
    ),
    (
        "Spanish",
        &[
            "¿Cuándo llega el pingüino? ¡Mañana por la mañana!",
            "El niño comió piñas y después durmió.",
        ],
    ),
    (
        "Polish",
        &[
            "Zażółć gęślą jaźń, a potem jedź do Łodzi.",
            "Spotkajmy się o świcie nad Wisłą",
        ],
    ),
    (
        "Turkish",
        &[
            "İstanbul'da yağmur yağıyor, ISPARTA'da güneş var.",
            "Işık ılık su içti, çünkü üşümüştü.",
        ],
    ),
    (
        "Vietnamese",
        &[
            "Tiếng Việt có nhiều dấu, nhưng tôi thích nó.",
            "Chúng ta gặp nhau ở quán cà phê nhé",
        ],
    ),
    (
        "Finnish",
        &[
            "Hyvää yötä, nähdään taas hääyöaikeen jälkeen!",
            "Äiti leipoi pöydällä pulla\u{ad}pitkoja.",
        ],
    ),
    (
        "Russian",
        &[
            "Съешь же ещё этих мягких французских булок, да выпей чаю.",
            "Завтра в семь у метро, возьми йогурт и ёлку!",
        ],
    ),
    (
        "Ukrainian",
        &[
            "Чи є в тебе ґудзики? Приїзди до Києва!",
            "Щастя — це коли всі вдома і тепло",
        ],
    ),
    (
        "Greek",
        &[
            "Ο Οδυσσέας γύρισε στην Ιθάκη· τα ΣΊΔΕΡΑ σκουριάζουν.",
            "Καλημέρα σας, πώς είστε; Ἐν ἀρχῇ ἦν ὁ λόγος",
        ],
    ),
    (
        "Armenian",
        &[
            "Բարեւ ձեզ, ինչպե՞ս եք և ուր եք գնում։",
            "Երևանը գարնանը շատ գեղեցիկ է",
        ],
    ),
    (
        "Georgian",
        &["გამარჯობა, როგორ ხარ დღეს?", "თბილისში ხვალ წვიმა იქნება."],
    ),
    (
        "Hebrew",
        &[
            "שָׁלוֹם עוֹלָם, מה שלומך היום?",
            "ניפגש מחר בצהריים ליד תחנת הרכבת",
        ],
    ),
    (
        "Arabic",
        &[
            "مرحباً، كيف حالك اليوم يا أحمد؟",
            "السَّلَامُ عَلَيْكُمْ وَرَحْمَةُ اللهِ، ســـــــلام",
            "سنلتقي في المقهى القديم بعد الظهر إن شاء الله",
        ],
    ),
    (
        "Persian",
        &[
            "می\u{200c}خواهم فردا به کتاب\u{200c}خانه بروم.",
            "حال شما چطور است؟ خیلی ممنون!",
        ],
    ),
    (
        "Hindi",
        &[
            "नमस्ते, आप कैसे हैं? क्या हम कल मिल सकते हैं?",
            "मुझे हिन्दी में लिखना अच्छा लगता है, ज़रूर आना!",
        ],
    ),
    (
        "Bengali",
        &["আমি বাংলায় গান গাই, তুমি কেমন আছো?", "কাল সকালে বাজারে দেখা হবে।"],
    ),
    (
        "Tamil",
        &["வணக்கம், எப்படி இருக்கிறீர்கள்?", "நாளை மாலை கடற்கரையில் சந்திப்போம்"],
    ),
    (
        "Thai",
        &["สวัสดีครับ วันนี้คุณเป็นอย่างไรบ้าง", "พรุ่งนี้ไปกินข้าวกับน้ำพริกที่ร้านเดิมนะ"],
    ),
    ("Burmese", &["မင်္ဂလာပါ၊ နေကောင်းလား။", "မနက်ဖြန် ဈေးမှာ တွေ့မယ်"]),
    ("Amharic", &["ሰላም፣ እንዴት ነህ? ነገ እንገናኝ።"]),
    (
        "Chinese",
        &[
            "明天下午三点在图书馆门口见面吧。",
            "我们去吃火锅，好不好？ＡＢＣ１２３",
            "臺灣的夜市真的很熱鬧，下次一起去！",
        ],
    ),
    (
        "Japanese",
        &[
            "明日の会議は午後三時からです。よろしくお願いします！",
            "ｶﾞｷﾞｸﾞと ガギグ は同じです。コーヒーを飲みましょう",
            "図書館で勉強しています。",
        ],
    ),
    (
        "Korean",
        &[
            "안녕하세요, 오늘 저녁에 뭐 먹을까요?",
            "내일 도서관 앞에서 만나자. 각각 가방을 가져와!",
        ],
    ),
    (
        "Emoji",
        &[
            "🎉🎂 Happy birthday!! 🥳🎁",
            "👨‍👩‍👧‍👦 und 👩🏽‍🚀 am Strand 🏖️❤️",
            "🇫🇷🇩🇪🇯🇵 1️⃣2️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿🏳️‍🌈",
        ],
    ),
    (
        "Signs",
        &[
            "a.b, (c) [d] {e}: 50 % \"x\" 'y' `z` & <f>|g\\h/i*j+k=l_m-n^o~p#q@r$s;t?u!v",
            "two  spaces\tand a tab\r\nand\n\nlines\u{a0}apart",
            "ﬁnally ½ ℃ ² ﷺ ㎏ Ⅷ … ´¨ x",
        ],
    ),
];
