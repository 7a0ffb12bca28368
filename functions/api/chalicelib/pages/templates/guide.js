(() => {
  const base = document.querySelector("[data-base]").dataset.base;
  const told = new Set();

  const tell = (what, section) => {
    const key = `${what} ${section}`;
    if (told.has(key)) return;
    told.add(key);
    navigator.sendBeacon(`${base}/${what}`, new URLSearchParams(section ? { section } : {}));
  };
  /* Whoever moves the page reads it; what only loads it may be a mail scanner. */
  for (const sign of ["scroll", "pointerdown", "keydown"]) {
    addEventListener(sign, () => tell("opened"), { once: true, passive: true });
  }
  const waiting = new Map();
  const ends = new IntersectionObserver((seen) => {
    for (const end of seen) {
      clearTimeout(waiting.get(end.target));
      if (end.isIntersecting && told.has("opened undefined")) {
        waiting.set(end.target, setTimeout(() => tell("read", end.target.closest("section").id), 1000));
      }
    }
  }, { threshold: 0.5 });
  for (const end of document.querySelectorAll(".feedback fieldset")) ends.observe(end);
})();
