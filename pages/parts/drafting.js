// A screenplay that is typed and not kept yet, of this tab of the browser alone: written down at every key, given back after
// a reload, and taken along where the studio puts another box in the place of the one that is typed in.
// On a slow line the page is drawn piece by piece: the box goes and comes, before or after what is said of it here, and keys
// are pressed all the while. So this listens for as long as the page is open, and a box says by its key which turn it is.
const all = (window.drafting ??= {
  given: new Set(), // places whose text was given back: this file may be read again, the page is not
  begun: new Set(), // those the studio knows of: gone when it knows them no more
  bases: new WeakMap(), // boxes, and the version that came in each
  said: null, // what the studio said last: the episode, the turn and version of its box, whether its text is not kept
  leave: () => {}, // tells the studio of a text
  live: {}, // the box that is typed in, its page, its text, the version that was begun from, and whether it moved here
});
const { given, begun, bases, live } = all;
const PANE = ".st-key-pane-edit";
const BOX = `${PANE} textarea`;
const forget = () => Object.keys(live).forEach((key) => delete live[key]);
const here = () => `${location.pathname} ${new URLSearchParams(location.search).get("episode")}`;
const place = () => `draft-${all.said.place}`;

function begin(box) {
  if (live.box !== box) Object.assign(live, { box, at: here(), base: bases.get(box), text: undefined, moved: false });
  live.base ??= bases.get(box) ?? all.said.base;
}

function typed({ target }) {
  if (!target.matches?.(BOX) || !all.said) return;
  begin(target);
  live.text = target.value;
  sessionStorage.setItem(place(), JSON.stringify({ base: live.base, text: live.text }));
}

// Who has only put the cursor there goes on in the box that comes in its place.
function entered({ target }) {
  live.inside = Boolean(target.matches?.(BOX));
  if (live.inside && all.said) begin(target);
}

// Kept, a text goes on from the version that it becomes; given up, it does not go on.
function pressed({ target }) {
  if (target.closest?.(":is(.st-key-keep, .st-key-keep-mine) button")) {
    Object.assign(live, { base: undefined, text: undefined, moved: false });
  } else if (target.closest?.(":is(.st-key-undo, .st-key-take-newest) button")) forget();
}

// What the studio says of its newest box counts, but for a text that came into it from another one.
function know() {
  for (const box of document.querySelectorAll(`${PANE} .st-key-text-${all.said.place}-${all.said.turn} textarea`)) {
    bases.set(box, all.said.base);
    if (box === live.box && !live.moved) live.base = all.said.base;
  }
}

function type(box) {
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, live.text);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function move(box) {
  const { selectionStart, selectionEnd, value } = live.box;
  const goesOn = live.inside || live.text !== undefined;
  const atEnd = selectionStart === value.length;
  if (live.text === undefined) forget();
  else Object.assign(live, { box, moved: true });
  if (live.text !== undefined && box.value !== live.text) type(box);
  if (goesOn && document.activeElement === document.body) box.focus();
  if (atEnd) box.setSelectionRange(box.value.length, box.value.length);
  else box.setSelectionRange(selectionStart, selectionEnd);
}

function look() {
  if (!all.said) return;
  know();
  if (live.box && live.at !== here()) forget();
  const box = document.querySelector(BOX);
  if (!box || !live.box || live.box.isConnected) return;
  move(box);
  tell();
}

// A text that came into a newer version's box is told of, with the version it was begun from.
function tell() {
  if (live.moved && live.base !== all.said.base) all.leave(JSON.stringify({ base: live.base, text: live.text }));
}

export default function ({ data, setTriggerValue }) {
  if (!all.said) {
    document.addEventListener("input", typed, true);
    document.addEventListener("focusin", entered, true);
    document.addEventListener("click", pressed, true);
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
  }
  const leave = (left) => setTriggerValue("left", left);
  Object.assign(all, { said: data, leave });
  look();
  tell();
  if (!given.has(place())) {
    given.add(place());
    const left = sessionStorage.getItem(place());
    if (left && !data.typed) leave(left);
  }
  if (data.typed) begun.add(place());
  else if (begun.delete(place())) sessionStorage.removeItem(place());
  return () => all.leave === leave && (all.leave = () => {}); // until the page has drawn this again
}
