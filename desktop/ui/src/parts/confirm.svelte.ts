/** A question before something that cannot be taken back. `Confirms` shows it. */

export interface Question {
  title: string;
  text: string;
  /** What is done: the words on the button. */
  action: string;
  danger?: boolean;
}

export const asked: { question: Question | null; answer: (yes: boolean) => void } = $state({
  question: null,
  answer: () => undefined,
});

/** Asks. Whether the person wants it. */
export function confirm(question: Question): Promise<boolean> {
  asked.answer(false);
  return new Promise((resolve) => {
    asked.question = question;
    asked.answer = (yes) => {
      asked.question = null;
      asked.answer = () => undefined;
      resolve(yes);
    };
  });
}
