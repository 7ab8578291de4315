"""Hands that know a keyboard and nothing else: Tab, Enter, Space, and letters where letters are asked for.

Wherever Tab leads, the focus is on something, can be seen, and lies under nothing else.
"""

from __future__ import annotations

from typing import Any

LONGEST = 250  # presses of Tab to anywhere on a page
WHERE = """() => {
  const on = document.activeElement;
  if (!on || on === document.body) return "the focus is lost";
  const style = getComputedStyle(on), box = on.getBoundingClientRect(), name = on.outerHTML.slice(0, 120);
  if (on.matches("main")) return "";
  if (style.outlineStyle === "none" && style.boxShadow === "none") return `no ring around ${name}`;
  if (!box.width || !box.height) return `nothing to see of ${name}`;
  const [x, y] = [box.x + Math.min(box.width / 2, 40), box.y + Math.min(box.height / 2, 12)];
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return `out of sight: ${name}`;
  const top = document.elementFromPoint(x, y);
  if (top && !on.contains(top) && !top.contains(on) && !(on.labels && [...on.labels].includes(top)))
    return `under ${top.outerHTML.slice(0, 80)}: ${name}`;
  return "";
}"""
IS_ON = """([selector, words]) => document.activeElement.matches(selector)
  && document.activeElement.innerText.includes(words)"""


class Hands:
    def __init__(self, page: Any) -> None:
        self.page = page

    def tab_to(self, selector: str, words: str = "") -> Hands:
        for _ in range(LONGEST):
            self.page.keyboard.press("Tab")
            wrong = self.page.evaluate(WHERE)
            assert not wrong, f"{wrong} on {self.page.url}"
            if self.page.evaluate(IS_ON, [selector, words]):
                return self
        raise AssertionError(f"Tab does not lead to {selector} “{words}” on {self.page.url}")

    def follow(self, selector: str, words: str = "", *, to: str) -> Hands:
        """Press Enter on it, and arrive."""
        self.tab_to(selector, words)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(to)
        return self

    def write(self, selector: str, words: str) -> Hands:
        if not self.page.evaluate(IS_ON, [selector, ""]):  # some pages put the focus there
            self.tab_to(selector)
        self.page.keyboard.type(words)
        return self

    def enter(self, *, to: str) -> Hands:
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(to)
        return self
