// What is chosen in menus, rows of choices, switches, sliders and colours and not sent yet, of this tab of the browser alone.
// What comes, after a reload or a way to another tab and back, as it came when something else was chosen is told to the
// studio, which puts that in; nothing else is.
const all = (window.filling ??= { tell: null, came: new WeakMap(), due: new WeakSet(), listens: false }); // this may be read again
const FORM = ":is([data-testid=stForm],.st-key-asking,.st-key-rewrite-more,.st-key-render)"; // and what is kept like one
const SENDS = ":is([data-testid=stFormSubmitButton],.st-key-go-pitch,.st-key-go-upload,.st-key-render-go) button";
const texts = (all) => JSON.stringify([...all].map((one) => one.textContent.trim()));
const SHOWS = {
  stSelectbox: (one) => one.querySelector("input")?.value,
  stSlider: (one) => one.querySelector("input[type=range]")?.value,
  stMultiSelect: (one) => texts(one.querySelectorAll("[data-tag]")),
  stButtonGroup: (one) => texts(one.querySelectorAll("[data-selected]")),
  stCheckbox: (one) => String(one.querySelector("input").checked),
  stColorPicker: (one) => getComputedStyle(one.querySelector("[data-testid=stColorPickerBlock]")).backgroundColor,
};
const SETTLED = [50, 500]; // milliseconds after which a click has changed what is shown
const CONTROLS = Object.keys(SHOWS).map((kind) => `${FORM} [data-testid=${kind}]`).join();
const begins = () => `filled-${new URLSearchParams(location.search).get("episode") ?? ""}-`;

function name(control) {
  const key = [...(control.closest("[class*=st-key-]")?.classList ?? [])].find((one) => one.startsWith("st-key-"));
  return key ? begins() + key.slice(7) : "";
}

function look() {
  if (!all.tell) return; // between two pages, and where nobody asks for what is chosen
  give();
  for (const control of document.querySelectorAll(CONTROLS)) {
    const place = name(control);
    const shown = SHOWS[control.dataset.testid](control);
    if (!place || shown === undefined) continue;
    const came = all.came.get(control);
    if (came === undefined) all.came.set(control, shown);
    else if (came !== shown) {
      all.due.delete(control);
      sessionStorage.setItem(place, JSON.stringify({ came, shown }));
    } else if (!all.due.has(control)) sessionStorage.removeItem(place);
  }
}

// What was sent is the studio's; what it refuses stands in the form again, and is written down when that is touched.
function sent({ target }) {
  const form = target.closest?.(SENDS)?.closest(FORM);
  for (const control of form?.querySelectorAll(CONTROLS) ?? []) {
    sessionStorage.removeItem(name(control));
    all.came.delete(control);
  }
}

function listen() {
  all.listens = true;
  for (const before of ["pointerdown", "focusin"]) document.addEventListener(before, look, true);
  for (const after of ["click", "keyup", "pointerup", "change"]) {
    document.addEventListener(after, () => SETTLED.forEach((later) => setTimeout(look, later)), true);
  }
  document.addEventListener("click", sent, true);
}

function give() {
  const found = {};
  for (const control of document.querySelectorAll(CONTROLS)) {
    const place = name(control);
    const was = JSON.parse(sessionStorage.getItem(place));
    if (!was || all.came.has(control)) continue;
    const shown = SHOWS[control.dataset.testid](control);
    all.came.set(control, shown);
    if (shown !== was.came) continue;
    found[place.slice(begins().length)] = was.shown;
    all.due.add(control); // it shows that once the studio has put it in
  }
  if (Object.keys(found).length) all.tell(JSON.stringify(found));
}

// A form may come after this, and a menu after what was put into another one, so they are looked for a while.
function wait(tell, left) {
  if (all.tell !== tell) return;
  give();
  if (left) setTimeout(wait, 100, tell, left - 1);
}

export default function ({ setTriggerValue }) {
  if (!all.listens) listen();
  const tell = (all.tell = (left) => setTriggerValue("left", left));
  wait(tell, 30);
  return () => all.tell === tell && (all.tell = null);
}
