/** An attachment: the element stands at the end of the page, over everything. */
export function portal(element: HTMLElement): () => void {
  document.body.append(element);
  return () => element.remove();
}
