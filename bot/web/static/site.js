// What scripts add: pages without a jump, leaving at once, reading aloud. Everything works without them.
(function () {
  "use strict";
  var NEUTRAL = "https://www.google.com/";
  var escapes = [];
  var busy = false;

  function leave() {
    var form = document.querySelector("form.exit");
    if (!form) return;
    try { speechSynthesis.cancel(); } catch (_) { /* no speech here */ }
    try { sessionStorage.setItem("left", "1"); } catch (_) { /* not allowed here */ }
    var body = new URLSearchParams(new FormData(form));
    fetch("/exit", { method: "POST", body: body, keepalive: true, credentials: "same-origin" });
    document.title = "";
    document.body.replaceChildren();
    location.replace(NEUTRAL);
  }

  function wasLeft() {
    try { return sessionStorage.getItem("left") !== null; } catch (_) { return false; }
  }

  // Pages before the one that was left are still in the tab's history: "back" to them leads away again.
  function isComingBack() {
    var way = performance.getEntriesByType("navigation")[0];
    if (!wasLeft() || !way) return false;
    if (way.type !== "navigate") return true;
    sessionStorage.removeItem("left");
    return false;
  }

  function swap(html, url) {
    var page = new DOMParser().parseFromString(html, "text/html");
    var root = document.documentElement;
    root.lang = page.documentElement.lang;
    root.className = page.documentElement.className;
    document.title = page.title;
    document.body.replaceChildren.apply(document.body, Array.from(page.body.childNodes));
    if (url) history.replaceState(null, "", url);
    scrollTo(0, 0);
    ready();
    var title = document.getElementById("title");
    if (title) title.focus({ preventScroll: true });
  }

  function send(form, button) {
    busy = true;
    var body = new URLSearchParams(new FormData(form));
    if (button) body.append(button.name, button.value);
    try { speechSynthesis.cancel(); } catch (_) { /* no speech here */ }
    fetch(form.action, { method: "POST", body: body, credentials: "same-origin" })
      .then(function (answer) {
        var path = new URL(answer.url).pathname;
        return answer.text().then(function (html) { swap(html, answer.ok ? path : null); });
      })
      .catch(function () {
        // The network is away: the browser's own way shows what happened, and can be repeated.
        form.dataset.plain = "1";
        if (button) form.requestSubmit(button); else form.submit();
      })
      .finally(function () { busy = false; });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.plain) return;
    if (form.classList.contains("exit")) { event.preventDefault(); leave(); return; }
    if (new URL(form.action).pathname !== "/") return;
    var button = event.submitter;
    event.preventDefault();
    if (!busy) send(form, button && button.name ? button : null);
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { escapes = []; return; }
    escapes = escapes.filter(function (at) { return event.timeStamp - at < 2000; });
    escapes.push(event.timeStamp);
    if (escapes.length >= 3) leave();
  });

  document.addEventListener("click", function (event) {
    var target = event.target.closest("[data-read], [data-print]");
    if (!target) return;
    if (target.hasAttribute("data-print")) { print(); return; }
    read(target);
  });

  // A page that the browser kept whole must not come back after leaving.
  addEventListener("pageshow", function (event) {
    if (event.persisted) { if (wasLeft()) leave(); else location.reload(); }
  });

  function voice() {
    if (!("speechSynthesis" in window)) return null;
    var language = document.documentElement.lang;
    return speechSynthesis.getVoices().find(function (one) {
      return one.lang.replace("_", "-").toLowerCase().split("-")[0] === language;
    }) || null;
  }

  function read(button) {
    if (speechSynthesis.speaking) { speechSynthesis.cancel(); return; }
    var text = Array.from(document.querySelectorAll("[data-speak]"), function (part) { return part.innerText; }).join("\n");
    var found = voice();
    if (!text || !found) return;
    var label = button.textContent;
    // Sentence by sentence: long texts are cut off by some voices.
    var parts = text.replace(/([.!?])\s+/g, "$1\n").split(/\n+/).filter(function (part) { return part.trim(); });
    parts.forEach(function (part, at) {
      var said = new SpeechSynthesisUtterance(part);
      said.voice = found;
      said.lang = found.lang;
      if (at === parts.length - 1) said.onend = function () { button.textContent = label; };
      said.onerror = function () { button.textContent = label; };
      speechSynthesis.speak(said);
    });
    button.textContent = button.dataset.stop;
  }

  function ready() {
    document.querySelectorAll("[data-print]").forEach(function (button) { button.hidden = false; });
    document.querySelectorAll("[data-read]").forEach(function (button) { button.hidden = !voice(); });
  }
  if (isComingBack()) { leave(); return; }
  if ("speechSynthesis" in window) speechSynthesis.addEventListener("voiceschanged", ready);
  ready();
})();
