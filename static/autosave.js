// A page of the questionnaire and a review save themselves. What was touched is sent a moment after the last key, one
// request at a time; the answer changes what stands around the questions and never the control somebody types in. What
// could not be saved stays on the page and nowhere else, is said there, and is tried again.
(() => {
  const form = document.querySelector("form[data-rb-autosave]");
  if (!form) return;
  const TYPING_MS = 700;
  const CHOOSING_MS = 60;
  const AGAIN_MS = 5000;
  const PATIENCE_MS = 20000;
  const words = form.dataset;
  const saved = document.getElementById("saved");
  const alarm = document.getElementById("unsaved");
  const signIn = alarm.querySelector("a");

  const waiting = new Set(); // touched and not sent yet
  const refused = new Set(); // sent and not taken: they wait until they are touched again, or the page is saved whole
  let sent = null; // the questions of the request under way
  let held = new Map(); // what that request says of each of them
  const tried = new Map(); // by question, what was sent and may have arrived although no answer came
  let timer = 0;
  let goOn = null; // the button that waits for what was typed before it
  let failed = false;
  let renewed = false;
  let leaving = false;

  // A question with several controls is one box; any other field is a box of its own.
  const boxOf = (control) => control.closest(".rb-q[id]") ?? control.closest('[id^="div_id_"]');
  const keyOf = (box) => box.id.replace("div_id_", "");
  const asked = () => [...form.querySelectorAll('input[name="asked"]')].map((input) => input.value);
  const mark = () => form.toggleAttribute("data-rb-unsaved", Boolean(waiting.size || sent));

  const say = (text, link = false) => {
    alarm.hidden = !text;
    alarm.querySelector("span").textContent = text;
    signIn.hidden = !link;
  };

  // What a page says to a question, whether it is this one or a fresh copy of it.
  const given = (page, key) => {
    const controls = [...(page.getElementById(`div_id_${key}`)?.querySelectorAll("[name]") ?? [])];
    const chosen = controls.filter((one) => one.checked || !["radio", "checkbox"].includes(one.type));
    return JSON.stringify(chosen.map((one) => [one.name, one.value.trim()]));
  };

  // A request may have arrived although its answer did not: its own words are then no other place's words.
  const recognise = async () => {
    const fresh = await freshCopy();
    for (const [key, answers] of tried) {
      if (!answers.has(given(fresh, key))) continue;
      for (const control of fresh.getElementById(`div_id_${key}`).querySelectorAll("[name]")) {
        const [old, now] = [document, fresh].map((page) => page.querySelector(`input[name="base-${control.name}"]`));
        if (old && now) old.value = now.value;
      }
    }
    tried.clear();
  };

  const save = async () => {
    clearTimeout(timer);
    if (sent || !waiting.size) return;
    sent = new Set(waiting);
    waiting.clear();
    if (tried.size) await recognise().catch(() => {});
    form.dispatchEvent(new Event("rb:save"));
  };

  const later = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };

  const touch = (event) => {
    const box = event.target.name && boxOf(event.target);
    if (!box) return;
    const key = keyOf(box);
    waiting.add(key);
    refused.delete(key);
    mark();
    if (!failed) saved.textContent = `${words.rbSaving}…`;
    later(event.target.matches("[type=radio], [type=checkbox]") ? CHOOSING_MS : TYPING_MS);
  };

  const freshCopy = async () => {
    const answer = await fetch(form.action, { redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS) });
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  // A sign-in gives new tokens to forms; the page takes one from a fresh copy of itself.
  const renew = async () => {
    const fresh = await freshCopy();
    const token = fresh.querySelector("form[data-rb-autosave] input[name=csrfmiddlewaretoken]");
    if (!token) throw new Error();
    form.querySelector("input[name=csrfmiddlewaretoken]").value = token.value;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token.value }));
  };

  const fail = (status) => {
    failed = true;
    saved.textContent = "";
    if (status === 403 && !renewed) {
      renewed = true;
      renew().then(save, () => say(words.rbRefused));
      return;
    }
    if (status === 401) say(words.rbSignedOut, true);
    else if (status === 403 || status === 404) say(words.rbRefused);
    else say(status ? words.rbTrouble : words.rbOffline);
    if (status !== 403 && status !== 404) later(AGAIN_MS);
  };

  const succeed = () => {
    if (failed && !refused.size) document.getElementById("said").textContent = words.rbAgain;
    failed = renewed = false;
    tried.clear();
    say("");
  };

  const carryOn = (before) => {
    const button = goOn;
    goOn = null;
    if (!button || failed) return;
    const fresh = asked().find((key) => !before.includes(key));
    if (!fresh) form.requestSubmit(button);
    else document.getElementById(`div_id_${fresh}`).querySelector("input, textarea, select").focus();
  };

  let before = [];
  form.addEventListener("htmx:configRequest", (event) => {
    before = asked();
    held = new Map([...sent].map((key) => [key, given(document, key)]));
    for (const key of sent) event.detail.formData.append("rb-touched", key);
  });

  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form || !sent) return;
    const request = event.detail.xhr;
    const outcome = request.status ? request.getResponseHeader("X-Autosave") : null;
    if (outcome) {
      for (const key of outcome.split(" ").slice(1)) if (!waiting.has(key)) refused.add(key);
      sent = null;
      succeed();
    } else {
      sent.forEach((key) => waiting.add(key));
      if (!request.status || request.status >= 500) {
        for (const [key, answer] of held) tried.set(key, (tried.get(key) ?? new Set()).add(answer));
      }
      sent = null;
      fail(request.status);
    }
    mark();
    if (failed) goOn = null;
    else if (waiting.size) save();
    else carryOn(before);
  });

  // An answer may hide a question in which somebody types at this moment: it stays until that is saved as well.
  // What somebody unfolded stays unfolded; htmx itself gives the focus back to what has an id.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    const goes = target.id && fragment.id === target.id;
    if (goes && waiting.has(target.id.replace("div_id_", ""))) event.detail.shouldSwap = false;
    for (const summary of target.querySelectorAll("details[open] > summary[id]")) {
      fragment.querySelector(`#${CSS.escape(summary.id)}`)?.parentElement.setAttribute("open", "");
    }
  });

  form.addEventListener("input", touch);
  form.addEventListener("change", touch);
  addEventListener("online", save);
  addEventListener("focus", save);

  // A button goes on only when what was typed has arrived: then nothing is lost to a connection that is gone.
  document.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    if (sent || waiting.size) {
      event.preventDefault();
      event.stopImmediatePropagation();
      goOn = event.submitter;
      save();
      return;
    }
    leaving = true;
  }, true);

  addEventListener("beforeunload", (event) => {
    if (!leaving && (refused.size || (failed && waiting.size))) event.preventDefault();
  });
  addEventListener("pagehide", () => {
    // What is under way may be cut off; to save it twice changes nothing.
    const last = new Set([...waiting, ...(sent ?? [])]);
    if (leaving || failed || !last.size) return;
    const body = new FormData(form);
    // A browser sends no more than 64 KiB for a page that is gone: what was not touched stays behind.
    for (const control of form.querySelectorAll("[name]")) {
      const box = boxOf(control);
      if (box && !last.has(keyOf(box))) body.delete(control.name);
    }
    for (const key of last) body.append("rb-touched", key);
    const headers = { "HX-Request": "true", "X-CSRFToken": body.get("csrfmiddlewaretoken") };
    fetch(form.action, { method: "POST", body, headers, keepalive: true }).catch(() => {});
  });
  addEventListener("pageshow", () => {
    leaving = false;
  });
})();
