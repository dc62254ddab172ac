// Small comforts on top of pages that work without them: success messages become toasts, the summary of errors takes
// the focus, the line of a fault is found in its text, a button that waits longer than 300 ms says so and is not pressed twice, an upload shows how far it is.
(() => {
  const TOAST_MS = 8000;

  const toast = (note) => {
    const region = document.querySelector(".rb-toasts");
    if (!region) return;
    const box = document.createElement("div");
    box.className = "rb-toast";
    box.tabIndex = -1;
    const mark = note.querySelector("svg");
    if (mark) box.append(mark);
    const text = document.createElement("span");
    text.append(...note.querySelector("p").childNodes);
    box.append(text);
    region.append(box);
    note.remove();
    const close = () => {
      if (box.matches(":hover") || box.contains(document.activeElement)) setTimeout(close, 1000);
      else box.remove();
    };
    setTimeout(close, TOAST_MS);
  };

  const settle = (part) => {
    part.querySelectorAll("[data-rb-toast]").forEach(toast);
    const summary = part.querySelector("[data-rb-focus]");
    if (summary) summary.focus();
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest('[aria-disabled="true"]')) event.preventDefault();
    const line = event.target.closest("a[data-rb-line]");
    const field = line && document.querySelector(line.getAttribute("href"));
    if (!field) return;
    event.preventDefault();
    const number = Number(line.dataset.rbLine);
    const lines = field.value.split("\n");
    const start = lines.slice(0, number - 1).reduce((sum, one) => sum + one.length + 1, 0);
    field.focus();
    field.setSelectionRange(start, start + (lines[number - 1] || "").length);
    field.scrollTop = (field.scrollHeight / lines.length) * Math.max(0, number - 4);
  });
  // A form with a chosen file is sent by hand, because only then the browser tells how much of it has left. The answer
  // is the same page that the browser would have shown, and it is put in the place of this one.
  const megabytes = (count) => (count / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
  const address = (place) => place.pathname + place.search;
  let shown = address(location);
  let leaving = null;

  const show = (request, sent) => {
    const fresh = new DOMParser().parseFromString(request.responseText, "text/html");
    const here = new URL(request.responseURL);
    if (address(here) === shown) history.replaceState(null, "", here);
    else history.pushState(null, "", here);
    shown = address(here);
    document.title = fresh.title;
    document.body.replaceWith(document.adoptNode(fresh.body));
    scrollTo(0, 0);
    for (const [name, files] of sent) {
      const field = document.querySelector(`main form[data-rb-upload] input[type=file][name="${CSS.escape(name)}"]`);
      if (field) field.files = files;
    }
    document.querySelector("main").focus({ preventScroll: true });
    document.dispatchEvent(new Event("rb:page"));
  };

  const send = (form, button, chosen) => {
    const words = form.dataset;
    const box = form.querySelector("[data-rb-progress]").content.firstElementChild.cloneNode(true);
    const bar = box.querySelector("progress");
    const said = box.querySelector("[data-rb-said]");
    const amount = box.querySelector("[data-rb-amount]");
    const request = new XMLHttpRequest();
    const sent = chosen.map((field) => [field.name, field.files]);
    const body = new FormData(form, button);
    const end = (text) => {
      removeEventListener("beforeunload", leaving);
      if (!text) return;
      delete button.dataset.rbSent;
      box.replaceChildren(said);
      said.textContent = text;
      box.classList.add("is-bad");
    };
    form.querySelectorAll(".rb-upload").forEach((old) => old.remove());
    form.append(box);
    said.textContent = words.rbSending;
    box.querySelector("button").addEventListener("click", () => request.abort());
    leaving = (event) => event.preventDefault();
    addEventListener("beforeunload", leaving);
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.max = event.total;
      bar.value = event.loaded;
      amount.textContent = `${megabytes(event.loaded)} / ${megabytes(event.total)} MB`;
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      said.textContent = words.rbArrived;
    });
    request.addEventListener("load", () => {
      end();
      show(request, request.responseURL === form.action ? sent : []);
    });
    request.addEventListener("error", () => end(words.rbFailed));
    request.addEventListener("abort", () => end(words.rbStopped));
    request.open("POST", form.action);
    request.send(body);
  };

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.defaultPrevented) return;
    const chosen = [...event.target.querySelectorAll("input[type=file]")].filter((field) => field.files.length);
    if (chosen.length && event.target.matches("[data-rb-upload]")) {
      event.preventDefault();
      if (button.dataset.rbSent) return;
      button.dataset.rbSent = "1";
      send(event.target, button, chosen);
      return;
    }
    if (button.dataset.rbSent) {
      event.preventDefault();
      return;
    }
    button.dataset.rbSent = "1";
    setTimeout(() => {
      const wheel = document.createElement("span");
      wheel.className = "rb-spin";
      wheel.setAttribute("aria-hidden", "true");
      button.classList.add("is-busy");
      button.prepend(wheel);
    }, 300);
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const button of document.querySelectorAll("[data-rb-sent]")) {
      delete button.dataset.rbSent;
      button.classList.remove("is-busy");
      button.querySelectorAll(".rb-spin").forEach((wheel) => wheel.remove());
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-rb-print]")) print();
  });
  addEventListener("popstate", () => {
    if (address(location) !== shown) location.reload();
  });
  const begin = () => settle(document);
  addEventListener("DOMContentLoaded", begin);
  document.addEventListener("rb:page", begin);
  document.addEventListener("htmx:afterSwap", (event) => settle(event.target));
})();
