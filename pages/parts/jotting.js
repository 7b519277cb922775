// What is typed into a box and not sent yet, of this tab of the browser alone. A box that comes as it came when something
// was typed into it, after a reload or a way to another tab and back, is given that again; no other is.
(() => {
  if (window.jotting) return; // this may be read again, the page is not
  window.jotting = true;
  const LINES = ["stTextInputField", "stNumberInputField", "stChatInputTextArea"] // and never a password
    .map((id) => `[data-testid=${id}]:not([autocomplete$=password])`).join();
  const BOXES = `${LINES},.st-key-pitch textarea`; // the screenplay's box has a way of its own, which knows versions
  const BUTTONS = "[data-testid=stFormSubmitButton] button,.st-key-go-pitch button,[data-testid=stChatInputSubmitButton]";
  const ENTERED = "input,[data-testid=stChatInputTextArea]";
  const FORMS = "[data-testid=stForm],.st-key-asking,[data-testid=stChatInput]";
  const DRAWN = 100; // milliseconds after which what came in a box stands in it
  const AGAIN = [300, 1000, 2500]; // milliseconds after which what was given back is looked for: the page may have put its own there
  const ANSWERED = 500; // milliseconds after a run until the page shows what came of it
  const known = new WeakMap(); // boxes: their name, what came in them, whether that is still to come, what was sent
  const app = () => document.querySelector("[data-testid=stApp]");
  const read = (place) => JSON.parse(sessionStorage.getItem(place));
  let settling = 0;
  let typing = false;

  function name(box) {
    const episode = new URLSearchParams(location.search).get("episode") ?? "";
    const key = [...(box.closest("[class*=st-key-]")?.classList ?? [])].find((one) => one.startsWith("st-key-"));
    return key ? `jotted-${episode}-${key.slice(7)}` : "";
  }

  function look(event) {
    for (const box of document.querySelectorAll(BOXES)) {
      const place = name(box);
      if (!place) continue;
      if (known.get(box)?.place !== place) known.set(box, coming({ place, came: box.value, fresh: true }));
      const now = known.get(box);
      const here = box === event?.target && !typing;
      if (here) Object.assign(now, { fresh: false, sent: null, given: null });
      if (now.fresh) give(box, now);
      else keep(box, now, here);
    }
  }

  function coming(now) {
    setTimeout(() => (now.fresh = false), DRAWN);
    return now;
  }

  function give(box, now) {
    const left = read(now.place);
    now.came = box.value;
    if (!left || ![left.came, left.text].includes(box.value)) return;
    Object.assign(now, { came: left.came, fresh: false, given: left.text });
    const again = () => now.given && box.value === now.came && type(box, now.given);
    if (box.value !== left.text) type(box, left.text);
    for (const later of AGAIN) setTimeout(again, later);
  }

  function type(box, text) {
    typing = true;
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    if (box !== document.activeElement) box.dispatchEvent(new FocusEvent("focusout", { bubbles: true })); // a number is told then
    typing = false;
  }

  // Only who typed it back to what it was has given it up: the page may do so while it is drawn.
  function keep(box, { place, came, sent, given }, here) {
    const text = box.value;
    if (text === came) (here || !given) && sessionStorage.removeItem(place);
    else if (text !== sent && text !== read(place)?.text) sessionStorage.setItem(place, JSON.stringify({ came, text }));
  }

  // What is sent is forgotten, unless it was refused: then it stands in its box when the studio has answered.
  function send(event) {
    const by = event.type === "click" ? BUTTONS : event.key === "Enter" ? ENTERED : "none";
    const form = event.target.closest?.(by)?.closest(FORMS);
    for (const box of form?.querySelectorAll(BOXES) ?? []) {
      const now = known.get(box);
      if (!now) continue;
      Object.assign(now, { sent: box.value, given: null });
      sessionStorage.removeItem(now.place);
    }
  }

  function answered() {
    if (app().dataset.testScriptState !== "notRunning") return;
    for (const box of document.querySelectorAll(BOXES)) if (known.get(box)) known.get(box).sent = null;
    look();
  }

  for (const kind of ["click", "keydown"]) document.addEventListener(kind, send, true);
  document.addEventListener("input", look, true);
  new MutationObserver((seen) => {
    look();
    if (!seen.some((one) => one.target === app())) return;
    clearTimeout(settling);
    settling = setTimeout(answered, ANSWERED);
  }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["value", "data-test-script-state"] });
})();
