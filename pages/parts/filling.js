// What is chosen in a form's menus, sliders and colours and not sent yet, of this tab of the browser alone. What comes after
// a reload as it came when something else was chosen is told to the studio, which puts that in; nothing else is.
const all = (window.filling ??= { given: new Set(), came: new WeakMap(), listens: false }); // this may be read again
const FORM = "[data-testid=stForm]";
const SHOWS = {
  stSelectbox: (one) => one.querySelector("input")?.value,
  stSlider: (one) => one.querySelector("input[type=range]")?.value,
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
  for (const control of document.querySelectorAll(CONTROLS)) {
    const place = name(control);
    const shown = SHOWS[control.dataset.testid](control);
    if (!place || shown === undefined) continue;
    const came = all.came.get(control);
    if (came === undefined) all.came.set(control, shown);
    else if (came === shown) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, JSON.stringify({ came, shown }));
  }
}

// What was sent is the studio's; what it refuses stands in the form again, and is written down when that is touched.
function sent({ target }) {
  const form = target.closest?.("[data-testid=stFormSubmitButton] button")?.closest(FORM);
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

// A form may come after this, so what is not there yet is looked for a while.
function give(setTriggerValue, left) {
  const found = {};
  for (const control of document.querySelectorAll(CONTROLS)) {
    const place = name(control);
    const was = JSON.parse(sessionStorage.getItem(place));
    if (!was || all.given.has(place) || all.came.has(control)) continue;
    all.given.add(place);
    const shown = SHOWS[control.dataset.testid](control);
    all.came.set(control, shown);
    if (shown === was.came) found[place.slice(begins().length)] = was.shown;
  }
  if (Object.keys(found).length) setTriggerValue("left", JSON.stringify(found));
  else if (left) return setTimeout(give, 100, setTriggerValue, left - 1);
}

export default function ({ setTriggerValue }) {
  if (!all.listens) listen();
  give(setTriggerValue, 30);
}
