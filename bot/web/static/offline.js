// Search and pages for the handbook in one file. Without scripts the whole file can be read in order.
(function () {
  "use strict";
  var root = document.documentElement;
  var books = Array.from(document.querySelectorAll("[data-book]"));
  var index = new Map();

  // Letters that people mix up are one letter here, as in the service's own search. A word stands between spaces.
  function fold(text) {
    return " " + text.toLowerCase().replace(/[іїйы]/g, "и").replace(/[єэё]/g, "е").replace(/ґ/g, "г")
      .replace(/[ьъ'’ʼ`-]/g, "").replace(/[^a-zа-я0-9]+/g, " ").trim() + " ";
  }

  function pick(language) {
    books.forEach(function (book) { book.hidden = book.dataset.book !== language; });
    root.lang = language;
    document.title = document.querySelector("[data-book]:not([hidden]) .brand").textContent;
  }

  function show() {
    var id = decodeURIComponent(location.hash.slice(1));
    var page = id && document.getElementById(id);
    var book = page ? page.closest("[data-book]") : books.find(function (one) { return !one.hidden; }) || books[0];
    pick(book.dataset.book);
    if (!page) page = book.querySelector("article");
    book.querySelectorAll("article").forEach(function (one) { one.hidden = one !== page; });
    book.querySelector("[data-found]").replaceChildren();
    book.querySelector("[data-none]").textContent = "";
    scrollTo(0, 0);
    if (id) page.querySelector("h1").focus({ preventScroll: true });
  }

  function list(book) {
    if (!index.has(book)) {
      index.set(book, Array.from(book.querySelectorAll("article")).slice(1).map(function (page) {
        var title = page.querySelector("h1").textContent;
        return { id: page.id, title: title, name: fold(title), words: fold(page.dataset.words || ""), text: fold(page.textContent) };
      }));
    }
    return index.get(book);
  }

  // The beginning of a word, without the ending that another case changes.
  function stem(word) {
    var size = word.length;
    return " " + word.slice(0, size > 7 ? -3 : size > 5 ? -2 : size > 3 ? -1 : size) + (size < 3 ? " " : "");
  }

  function weigh(page, word) {
    var part = stem(word), whole = " " + word + " ";
    if (page.name.includes(part)) return page.name.includes(whole) ? 5 : 4;
    if (page.words.includes(part)) return page.words.includes(whole) ? 4 : 3;
    if (page.text.includes(part)) return 1;
    return word.length < 3 ? 0 : -2;
  }

  function find(book, typed) {
    var words = fold(typed).trim().split(" ").filter(function (word, _, all) { return word.length > 1 || all.length === 1 && word; });
    return list(book).map(function (page) {
      return { page: page, score: words.reduce(function (sum, word) { return sum + weigh(page, word); }, 0) };
    }).filter(function (hit) { return hit.score > 0; })
      .sort(function (a, b) { return b.score - a.score; }).slice(0, 12);
  }

  books.forEach(function (book) {
    var input = book.querySelector("input");
    var found = book.querySelector("[data-found]"), none = book.querySelector("[data-none]");
    input.closest("[data-search]").hidden = false;
    input.addEventListener("input", function () {
      var hits = find(book, input.value);
      none.textContent = input.value.trim() && !hits.length ? none.dataset.none : "";
      found.replaceChildren.apply(found, hits.map(function (hit) {
        var item = document.createElement("li");
        var link = document.createElement("a");
        link.href = "#" + hit.page.id;
        link.textContent = hit.page.title;
        item.append(link);
        return item;
      }));
    });
  });
  addEventListener("hashchange", show);
  root.classList.add("scripted");
  pick(books[0].dataset.book);
  show();
})();
