"""What a page is made of, so that walks over every page let axe look at each thing once instead of a thousand times.

Nothing here says whether a page is right; it says whether it shows anything that has not been looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page

# Each element as its way down from the root (tags and classes, which decide how it looks), the names of its
# attributes, the values of those that assistive technology goes by, and whether it has text and a label.
MADE_OF = """() => {
  const scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  const heard = ['type', 'role', 'scope', 'lang', 'aria-current', 'aria-hidden', 'aria-expanded', 'aria-live'];
  const found = new Set();
  const ways = new Map();
  let heading = 'none';
  for (const element of document.querySelectorAll('*')) {
    const name = element.tagName.toLowerCase() + [...element.classList].sort().map(one => '.' + one).join('');
    const above = element.parentElement ? ways.get(element.parentElement) : '';
    const way = above.endsWith('>' + name) ? above : above + '>' + name;
    ways.set(element, way);
    const attributes = element.getAttributeNames().sort()
      .map(one => heard.includes(one) ? one + '=' + element.getAttribute(one) : one).join(' ');
    const text = /\\S/.test(element.textContent) ? 'text' : 'bare';
    const label = element.labels ? (element.labels.length ? 'labelled' : 'unlabelled') : '';
    found.add(`${way} [${attributes}] ${text} ${label}`);
    if (/^H[1-6]$/.test(element.tagName)) {
      found.add(`${heading} before ${element.tagName}`);
      heading = element.tagName;
    }
  }
  return [...found].map(one => `${scheme} ${innerWidth} ${one}`);
}"""
TWICE = """() => {
  const all = [...document.querySelectorAll('[id]')].map(element => element.id);
  return [...new Set(all.filter((one, place) => all.indexOf(one) !== place))];
}"""


@dataclass
class Seen:
    """What pages have shown so far, in which colours and at which width."""

    things: set[str] = field(default_factory=set)

    def adds(self, page: Page) -> bool:
        """Whether the page shows anything that none before it has shown; from then on it is seen."""
        shown = set(page.evaluate(MADE_OF))
        is_new = not shown <= self.things
        self.things |= shown
        return is_new


def doubled(page: Page) -> list[str]:
    """The identifiers that more than one element of the page has; labels and links would find only the first."""
    found: list[str] = page.evaluate(TWICE)
    return found
