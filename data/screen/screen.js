// A film at its link: it is asked for once this browser was counted; notes are read, left and answered beside it.
(() => {
  const byId = (id) => document.getElementById(id);
  const screen = byId("screen"), film = byId("film"), path = screen.dataset.path;
  const NAME = "trashfire-name", BEAT = 10_000, LOOK = 45_000; // milliseconds
  const clock = (second) => `${Math.floor(second / 60)}:${String(Math.floor(second % 60)).padStart(2, "0")}`;
  const say = (text) => { byId("said").textContent = text; };

  async function ask(what, given) {
    const post = given && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(given) };
    let answer;
    try {
      answer = await fetch(`${path}/${what}`, post || {});
    } catch {
      throw new Error("The studio cannot be reached. What you wrote still stands here; try again in a moment.");
    }
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(told.error || told.detail || "That did not work. Load the page again.");
    return told;
  }

  const remember = (name) => { try { localStorage.setItem(NAME, name); } catch { /* a browser that keeps nothing asks again */ } };
  const remembered = () => { try { return localStorage.getItem(NAME) || ""; } catch { return ""; } };

  function make(kind, text, name) {
    const made = document.createElement(kind);
    if (text) made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  // how far it was watched
  let furthest = 0, told = 0;
  function tell() {
    if (Math.floor(furthest) <= told) return;
    told = Math.floor(furthest);
    const said = new Blob([JSON.stringify({ second: furthest })], { type: "application/json" });
    navigator.sendBeacon(`${path}/watched`, said);
  }
  film.addEventListener("timeupdate", () => {
    if (!film.paused && !film.seeking) furthest = Math.max(furthest, film.currentTime);
    if (pinned === null) byId("at").textContent = clock(film.currentTime);
  });
  film.addEventListener("ended", () => { furthest = film.duration || furthest; tell(); });
  film.addEventListener("pause", tell);
  addEventListener("pagehide", tell);

  // notes
  let pinned = null; // the second a note being written is about
  const text = byId("text"), wrong = byId("wrong");
  text.addEventListener("focus", () => {
    film.pause();
    if (!text.value) pinned = film.currentTime;
    byId("at").textContent = clock(pinned ?? film.currentTime);
  });
  text.addEventListener("blur", () => { if (!text.value.trim()) pinned = null; });

  function reply(note, open) {
    const form = make("form"), label = make("label", "Your answer"), box = make("textarea"), send = make("button", "Answer");
    box.rows = 2; box.maxLength = 2000; box.required = true;
    const why = make("p", "", "said"); why.setAttribute("role", "alert");
    label.append(box); form.append(label, send, why);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const name = byId("name").value.trim() || remembered();
      if (!name) { why.textContent = "Say your name above first."; byId("name").focus(); return; }
      send.disabled = true;
      try {
        await ask("notes", { name, text: box.value, answers: note.id });
        remember(name);
        await look();
      } catch (error) { why.textContent = error.message; send.disabled = false; }
    });
    open.replaceWith(form);
    box.focus();
  }

  function drawn(note) {
    const item = make("li", "", note.resolved ? "done" : ""), head = make("div", "", "head");
    const time = make("button", clock(note.second), "time");
    time.type = "button"; time.setAttribute("aria-label", `Go to ${clock(note.second)}`);
    time.addEventListener("click", () => { film.currentTime = note.second; film.scrollIntoView({ block: "nearest" }); });
    head.append(time, make("b", note.name));
    if (note.resolved) head.append(make("span", "resolved", "mark"));
    if (note.recut) head.append(make("span", note.followed ? "its shot is new in this cut" : "there is a new cut since", "mark new"));
    const answers = make("ol");
    for (const one of note.answers) {
      const each = make("li", "", one.maker ? "maker" : ""), says = make("p");
      says.append(make("b", one.name), `: ${one.text}`);
      each.append(says); answers.append(each);
    }
    const open = make("button", "Answer"), last = make("li");
    open.type = "button";
    open.addEventListener("click", () => reply(note, open));
    last.append(open); answers.append(last);
    item.append(head, make("p", note.text), answers);
    return item;
  }

  async function look() {
    const seen = await ask("notes");
    if (seen.cut !== screen.dataset.cut && film.paused) fresh(seen.cut);
    byId("list").replaceChildren(...seen.notes.map(drawn));
    byId("none").hidden = seen.notes.length > 0;
  }

  const writing = () => text.value || document.activeElement?.matches("#list textarea");
  const again = () => { if (!document.hidden && !writing() && !byId("notes").hidden) look().catch(() => {}); };

  byId("leave").addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = byId("name").value.trim(), send = byId("send");
    send.disabled = true; wrong.textContent = "";
    try {
      await ask("notes", { name, text: text.value, second: pinned ?? film.currentTime, cut: screen.dataset.cut });
      remember(name);
      text.value = ""; pinned = null; text.blur();
      await look();
    } catch (error) {
      wrong.textContent = error.message;
      look().catch(() => {});
    }
    send.disabled = false;
  });

  // the film
  function fresh(cut) {
    const first = !film.src;
    screen.dataset.cut = cut;
    film.replaceChildren();
    film.src = `${path}/film.mp4?v=${cut.slice(0, 12)}`;
    if (screen.dataset.captions) {
      const track = document.createElement("track");
      Object.assign(track, { kind: "captions", label: "Captions", default: true, src: `${path}/captions.vtt?v=${cut.slice(0, 12)}` });
      film.append(track);
    }
    if (!first) say("There is a new cut of this film, and it is loaded.");
  }

  async function begin() {
    try {
      const seen = await ask("visit", {});
      fresh(seen.cut);
      setInterval(tell, BEAT);
      if (!seen.notes) return;
      byId("name").value = remembered();
      byId("notes").hidden = false;
      await look();
      setInterval(again, LOOK);
      document.addEventListener("visibilitychange", again);
    } catch (error) { say(error.message); }
  }
  begin();
})();
