(() => {
  const list = document.getElementById("waiting-list");
  const pause = Number(list.dataset.refresh) * 1000;

  async function look() {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.redirected) return location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("waiting-list");
      if (answer.ok && fresh && fresh.innerHTML !== list.innerHTML) list.replaceChildren(...fresh.childNodes);
    } catch {
      /* the next look tells */
    }
    setTimeout(look, pause);
  }
  setTimeout(look, pause);
})();
