/** Long work in pieces, with room for the screen's frames between them. */

/** So long a piece may take, in milliseconds: what is short is done at once. */
const PIECE = 12;

/** Goes through a generator and hands over what it returns; gives the way to stop. */
export function inPieces<T>(work: Generator<unknown, T>, done: (result: T) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const goOn = () => {
    const end = performance.now() + PIECE;
    for (;;) {
      const { done: isOver, value } = work.next();
      if (isOver) return done(value);
      if (performance.now() > end) break;
    }
    timer = setTimeout(goOn);
  };
  goOn();
  return () => clearTimeout(timer);
}
