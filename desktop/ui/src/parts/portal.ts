/**
 * Moves an element to the end of the page, over everything, until what is returned is called. To be
 * done before anything in it has the focus: what is moved loses it.
 */
export function portal(element: HTMLElement): () => void {
  document.body.append(element);
  return () => element.remove();
}
