// Keeps the gallery up to date: the server names the campaigns that have changed, and their cards are asked for again.
const cards = document.getElementById("cards");
const air = document.getElementById("air");
const isFirstPage = !new URLSearchParams(location.search).get("page");

const live = () => air.classList.toggle("live", cards.querySelector(".working") !== null);

const isPlaying = (card) => [...card.querySelectorAll("audio, video")].some((media) => !media.paused);

async function refresh(name) {
  const old = cards.querySelector(`[data-campaign="${CSS.escape(name)}"]`);
  if (!old && !isFirstPage) return;
  // Nobody's playback is cut off: the card is brought up to date when it ends.
  if (old && isPlaying(old)) {
    old.addEventListener("pause", () => refresh(name), { capture: true, once: true });
    return;
  }
  const answer = await fetch(`/gallery/${encodeURIComponent(name)}`);
  if (answer.status === 404) { old?.remove(); return live(); }
  if (!answer.ok) return;
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  const fresh = template.content.firstElementChild;
  const script = old?.querySelector("details");
  if (script) fresh.querySelector("details")?.toggleAttribute("open", script.open);
  if (old) old.replaceWith(fresh); else cards.prepend(fresh);
  document.querySelector(".empty")?.remove();
  live();
}

let known = false;
const events = new EventSource("/api/v1/events");
events.addEventListener("reset", () => {
  // The first one only says where the stream begins; a later one follows a break of which nobody knows what it hid.
  if (known) for (const card of [...cards.children]) refresh(card.dataset.campaign);
  known = true;
});
events.addEventListener("changed", (event) => JSON.parse(event.data).campaigns.forEach(refresh));
live();
