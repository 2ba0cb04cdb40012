// The console by keyboard, its lock, copying and printing. Everything works without it, only slower.
"use strict";
(() => {
  const $ = (selector) => document.querySelector(selector);
  const KEYS = "SHNDCALPGJR";  // by their place on the keyboard, whatever its layout
  let idle = 0, drawn = 0, waiting = false, busy = false, searched = false, question = null, held = null, clicked = null;
  const ahead = [];  // keys and buttons pressed while the last one is still on its way

  const desk = () => $("#call");
  const isOn = () => !desk() || desk().dataset.keys === "on";
  const isTyping = (target) => target.matches("input:not([type=radio]), textarea, select");

  function restartIdle() {
    clearTimeout(idle);
    const seconds = Number(desk()?.dataset.idle || 0);
    if (seconds) idle = setTimeout(() => location.reload(), (seconds + 2) * 1000);
  }

  function press(name) {
    if (busy) { ahead.push(() => press(name)); return true; }
    const button = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === name);
    if (button) { button.click(); return true; }
    return false;
  }

  function pressValue(value) {
    if (busy) { ahead.push(() => pressValue(value)); return; }
    [...document.querySelectorAll("#call button[name=press]")].find((one) => one.value === value)?.click();
  }

  function goOn() {
    busy = false;
    while (ahead.length && !busy) ahead.shift()();
  }

  function settle() {
    // The next question is where reading goes on; a region is quicker to type than to look for.
    restartIdle();
    const title = $("#say");
    if (desk()) {
      desk().dataset.drawn = String(drawn += 1);
      $("#before").open = "fresh" in desk().dataset;  // what stands ready is kept through a tick, not its being open
      $("#hard").open = false;
    }
    if (!title) return;
    const now = title.dataset.question ?? "", fresh = now !== question;
    question = now;
    if (fresh && $(".options.regions")) $("#text").focus({ preventScroll: true });
    else if (fresh || [document.body, $("#text")].includes(document.activeElement)) title.focus({ preventScroll: true });
    if (fresh || searched) bring(title, title);
    searched = false;
  }

  function bring(from, to) {
    // On a phone all stands below one another: what changed comes into sight.
    if (from.getBoundingClientRect().top < 0 || to.getBoundingClientRect().bottom > innerHeight) from.scrollIntoView();
  }

  function turnBack() {
    const title = $("#say");
    if (!title) return;
    title.focus({ preventScroll: true });
    bring(title, title);
  }

  function takeFirst() {
    const hits = $(".hits"), first = $(".hits [data-item]"), text = $("#text");
    if (!text.value) return;
    const here = hits?.dataset.for === text.value;
    waiting = busy = !here;
    $("#say").focus({ preventScroll: true });  // what is typed from now on is meant for the call
    if (here) htmx.trigger(text, "htmx:abort");  // an answer to later letters would come to a page that is gone
    searched = Boolean(first && here);
    if (searched) first.click();
    else if (here) { ahead.length = 0; text.focus(); }
  }

  function walk(step) {
    const items = [...document.querySelectorAll("[data-item], .cards a")];
    const at = items.indexOf(document.activeElement);
    items[at < 0 ? (step > 0 ? 0 : items.length - 1) : (at + step + items.length) % items.length]?.focus();
  }

  function toggle(panel, other) {
    panel.open = !panel.open;
    other.open = false;
    if (panel.open) panel.querySelector("summary").focus();
    else turnBack();
    return true;
  }

  function openCard(title) {
    if (!title) return;
    searched = false;
    title.tabIndex = -1;  // reading goes on there; Esc leads back to the question
    title.focus();
  }

  function close() {
    const text = $("#text"), panel = $("#before[open], #hard[open]");
    if ($("#card")?.firstElementChild) $("#card").replaceChildren();
    else if (text && text.value) { text.value = ""; $("#hits").replaceChildren(); }
    else if (panel) panel.open = false;
    else if (!desk() && press("Escape")) return true;
    turnBack();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || $("dialog[open]")) return;
    const { key, code, target } = event;
    const text = $("#text");
    let done = false;
    if (key === "Escape") done = close();
    else if (target === text && key === "Enter") { takeFirst(); done = true; }
    else if (target === text && !text.value && key === "/") done = true;
    else if (target === text && key === "ArrowDown") { walk(1); done = true; }
    else if (target === text && !text.value && isOn() && /^[-0-9]$/.test(key)) done = press(key);
    else if (isTyping(target) || !isOn()) return;
    else if (key === "/" || code === "Slash" && key === ".") { const box = text ?? $("#code"); box?.focus(); done = Boolean(box); }
    else if (key === "?" || code === "Slash" && key === ",") { $("#keys")?.showModal(); done = true; }
    else if (key === "ArrowDown" || key === "ArrowUp") { if (desk()) { walk(key === "ArrowDown" ? 1 : -1); done = true; } }
    else if (key === "Enter") { if (!target.closest("button, a, summary")) done = press("Enter"); }
    else if (code === "KeyB" && $("#before")) done = toggle($("#before"), $("#hard"));
    else if (code === "KeyX" && $("#hard")) done = toggle($("#hard"), $("#before"));
    else if (/^[-0-9]$/.test(key) || key === "ArrowLeft" || key === "ArrowRight") done = press(key);
    else if (code.startsWith("Key") && KEYS.includes(code[3])) done = press(code[3].toLowerCase()) || (code === "KeyC" && copy($("[data-copy]")));
    if (done) event.preventDefault();
  });

  function copy(button) {
    if (!button) return false;
    navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value).then(() => {
      button.textContent = button.dataset.done;
    });
    return true;
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-open], [data-copy], [data-print]");
    if (!target) return;
    if (target.dataset.open) document.getElementById(target.dataset.open).showModal();
    else if (target.dataset.copy) copy(target);
    else print();
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.closest("#help")) return;
    if (event.target.id === "hits" || event.target.closest("#hits")) {
      if (waiting) { busy = false; takeFirst(); } else if ($(".hits")) bring($("label[for=text]"), $(".hits"));
    }
    else if (event.target.id === "card") openCard(event.target.querySelector("h3"));
    else { waiting = false; $(".lost")?.remove(); settle(); goOn(); }
  });
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.target === desk()) busy = true; });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#call button[name=press]");
    clicked = button;
    if (button && event.isTrusted) $("#say").focus({ preventScroll: true });  // Enter after a click means «next»
    if (!busy || !button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressValue(button.value);
  }, true);
  // A page that changes while the mouse button is down swallows the click: the answer is pressed all the same.
  document.addEventListener("pointerdown", (event) => { held = event.target.closest("#call button[name=press]"); }, true);
  document.addEventListener("pointerup", () => {
    const button = held;
    held = null;
    setTimeout(() => { if (button && !button.isConnected && button !== clicked) pressValue(button.value); });
  }, true);
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (event.detail.elt?.closest("#help")) return;  // it asks again by itself
      busy = false;
      ahead.length = 0;
      if (event.detail.xhr?.status === 403) { location.reload(); return; }
      if ($(".lost") || !desk()) return;
      const note = document.createElement("p");
      note.className = "lost";
      note.setAttribute("role", "alert");
      note.textContent = desk().dataset.lost;
      document.body.append(note);
    });
  }
  if (navigator.clipboard) for (const one of document.querySelectorAll("[data-copy]")) one.hidden = false;
  settle();
})();
