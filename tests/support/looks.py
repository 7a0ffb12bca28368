"""What is asked of every page in a browser: sizes, contrast, targets, names, the order of the keyboard."""

from __future__ import annotations

# Every piece of visible text with its size and its contrast against the nearest opaque background (WCAG 2.x formula).
TEXTS = """() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => {
    const [r, g, b] = parts(colour).slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const opaque = colour => parts(colour).length === 3 || parts(colour)[3] === 1;
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (opaque(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(style.color), light(behind(element))].sort((x, y) => y - x);
    found.push({text: walker.currentNode.data.trim(), size: parseFloat(style.fontSize),
                leading: parseFloat(style.lineHeight) / parseFloat(style.fontSize),
                heading: !!element.closest('h1, h2, h3, .hospital, .seal, .mark, button, .call, .button'),
                contrast: (a + 0.05) / (b + 0.05)});
  }
  return found;
}"""
TARGETS = """() => [...document.querySelectorAll('a, button, summary, input, textarea')]
  .filter(e => e.checkVisibility() && !e.classList.contains('skip'))
  .map(e => ({name: e.outerHTML.slice(0, 80), box: e.getBoundingClientRect()}))
  .filter(({box}) => box.height < 44 || box.width < 44)"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT_OFF = """() => [...document.body.querySelectorAll('*')].filter(e => e.checkVisibility() && !e.matches('.skip'))
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
  .map(e => e.outerHTML.slice(0, 80))"""
FOCUSED = """() => { const e = document.activeElement, s = getComputedStyle(e);
  return {place: [...document.querySelectorAll('*')].indexOf(e),
          outlined: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2}; }"""
FOCUSABLE = """() => { const all = [...document.querySelectorAll('*')];
  return all.filter(e => e.matches('a, button, summary, input:not([type=hidden]), textarea, select'))
    .filter(e => e.checkVisibility())
    .map(e => all.indexOf(e)); }"""
NAMELESS = """() => [...document.querySelectorAll('a, button, summary, input:not([type=hidden]), textarea, select')]
  .filter(e => e.checkVisibility())
  .filter(e => !(e.innerText || '').trim() && !(e.labels && e.labels.length) && !e.getAttribute('aria-label'))
  .map(e => e.outerHTML.slice(0, 80))"""
