(() => {
  const layout = document.querySelector("[data-live]");
  const lines = document.getElementById("lines");
  const waiting = document.getElementById("waiting");
  const trouble = document.getElementById("trouble");
  const form = document.getElementById("composer");
  const base = layout.dataset.base;
  let cursor = Number(layout.dataset.cursor);
  let pause = 3000;
  let timer = 0;
  let asking = false;

  const say = (words) => {
    trouble.textContent = words;
    trouble.hidden = !words;
  };
  const show = (state) => {
    waiting.textContent = state;
    waiting.hidden = !state;
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, document.hidden ? 30000 : pause);
  };
  async function look() {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(`${base}/messages?after=${cursor}`, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      const found = document.createElement("template");
      found.innerHTML = await answer.text();
      const fresh = [...found.content.querySelectorAll(".line")].filter((line) => Number(line.dataset.cursor) > cursor);
      lines.append(...fresh);
      if (fresh.length) {
        cursor = Number(fresh[fresh.length - 1].dataset.cursor);
        fresh[0].scrollIntoView({ block: "start" });
      }
      const state = decodeURIComponent(answer.headers.get("X-Waiting") || "");
      show(state);
      document.getElementById("person").hidden = Boolean(state);
      document.getElementById("again").hidden = answer.headers.get("X-Again") !== "yes";
      pause = fresh.length ? 3000 : Math.min(pause + 1000, 15000);
      if (answer.headers.get("X-Closed") === "yes") return location.reload();
    } catch {
      pause = Math.min(pause * 2, 60000);
    } finally {
      asking = false;
    }
    later();
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    const button = form.querySelector("button");
    button.disabled = true;
    show("正在发送…");
    say("");
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error((await answer.json()).title);
      form.elements.text.value = "";
      form.elements.message.value = (await answer.json()).message;
    } catch (fault) {
      say(fault instanceof TypeError ? "没有发送成功，请检查网络后再试。" : fault.message);
    }
    button.disabled = false;
    show("");
    pause = 3000;
    await look();
    form.elements.text.focus({ preventScroll: true });
  });
  document.addEventListener("visibilitychange", later);
  document.body.classList.add("live");
  later();
})();
