// What is typed and not kept yet, of this tab of the browser alone: written down at every key, given back after a reload.
const given = (window.draftsGivenBack ??= new Set()); // this file may be read again, the page is not

export default function ({ data, setTriggerValue }) {
  const place = `draft-${data.episode}`;
  const box = () => document.querySelector(".st-key-pane-edit textarea");
  if (!given.has(place)) {
    given.add(place);
    const left = sessionStorage.getItem(place);
    if (left && !data.typed) setTriggerValue("left", left);
  } else if (!data.typed && document.activeElement !== box()) {
    sessionStorage.removeItem(place);
  }
  const write = (event) => {
    if (event.target !== box()) return;
    sessionStorage.setItem(place, JSON.stringify({ base: data.base, text: event.target.value }));
  };
  document.addEventListener("input", write, true);
  return () => document.removeEventListener("input", write, true);
}
