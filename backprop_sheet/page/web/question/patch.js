/** Brings elements up to date without touching what is as it was, which need not be laid out again. */

/**
 * @param {Element} element
 * @param {Node[]} children those that it should have
 */
export function patchChildren(element, children) {
  const old = [...element.childNodes];
  if (old.length !== children.length) element.replaceChildren(...children);
  else for (const [place, child] of old.entries()) patch(child, children[place]);
}

/**
 * @param {ChildNode} old
 * @param {Node} fresh
 */
function patch(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (!(old instanceof Element && fresh instanceof Element) || old.localName !== fresh.localName) {
    old.replaceWith(fresh);
    return;
  }
  for (const name of old.getAttributeNames()) {
    if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
  patchChildren(old, [...fresh.childNodes]);
}
