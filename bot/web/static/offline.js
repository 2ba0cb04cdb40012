// Search and pages for the handbook in one file. Without scripts the whole file can be read in order.
(function () {
  "use strict";
  var root = document.documentElement;
  var books = Array.from(document.querySelectorAll("[data-book]"));
  var index = new Map();

  // Letters that people mix up are one letter here, as in the service's own search.
  function fold(text) {
    return text.toLowerCase().replace(/[іїйы]/g, "и").replace(/[єэё]/g, "е").replace(/ґ/g, "г")
      .replace(/[ьъ'’ʼ-]/g, "").replace(/\s+/g, " ");
  }

  function pick(language) {
    books.forEach(function (book) { book.hidden = book.dataset.book !== language; });
    root.lang = language;
  }

  function show() {
    var id = decodeURIComponent(location.hash.slice(1));
    var page = id && document.getElementById(id);
    var book = page ? page.closest("[data-book]") : books.find(function (one) { return !one.hidden; }) || books[0];
    pick(book.dataset.book);
    if (!page) page = book.querySelector("article");
    book.querySelectorAll("article").forEach(function (one) { one.hidden = one !== page; });
    book.querySelector("[data-found]").replaceChildren();
    scrollTo(0, 0);
    if (id) page.querySelector("h1").focus({ preventScroll: true });
  }

  function list(book) {
    if (!index.has(book)) {
      index.set(book, Array.from(book.querySelectorAll("article")).slice(1).map(function (page) {
        var title = page.querySelector("h1").textContent;
        return { id: page.id, title: title, name: fold(title + " " + (page.dataset.words || "")), text: fold(page.textContent) };
      }));
    }
    return index.get(book);
  }

  function find(book, words) {
    // An ending is cut off, so that other cases of a word are found too.
    var parts = fold(words).split(" ").filter(Boolean).map(function (word) {
      return word.length > 5 ? word.slice(0, -2) : word;
    });
    if (!parts.length) return [];
    return list(book).map(function (page) {
      var score = 0;
      parts.forEach(function (part) {
        if (page.name.includes(part)) score += 3; else if (page.text.includes(part)) score += 1; else score -= 2;
      });
      return { page: page, score: score };
    }).filter(function (hit) { return hit.score > 0; })
      .sort(function (a, b) { return b.score - a.score; }).slice(0, 12);
  }

  books.forEach(function (book) {
    var input = book.querySelector("input");
    var found = book.querySelector("[data-found]");
    input.closest("[data-search]").hidden = false;
    input.addEventListener("input", function () {
      found.replaceChildren.apply(found, find(book, input.value).map(function (hit) {
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
