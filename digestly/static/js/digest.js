// What a digest does better with a script. Without one every link here leads where it says.

const digest = document.querySelector(".digest");
const door = document.querySelector("[data-player]");
const isPlainClick = (event) =>
  event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

document.addEventListener("click", (event) => {
  if (!isPlainClick(event)) return;
  const link = event.target.closest("a");
  if (!link) return;
  if (link.matches("a.number")) copy(link.href);
  else if (link.matches(".copy") && navigator.clipboard) {
    event.preventDefault();
    copy(link.href);
  }
  else if (door && (link === door || link.matches(".moment"))) {
    event.preventDefault();
    play(secondsIn(link.href));
  }
});

// A section's number is its address: following it also puts it on the clipboard. So is the page's own link.
async function copy(address) {
  try {
    await navigator.clipboard.writeText(address);
    say(digest.dataset.copied);
  } catch {
    // No clipboard here: the address bar has it.
  }
}

const toast = document.createElement("p");
toast.className = "toast";
toast.setAttribute("role", "status");
document.body.append(toast);
let silence;
function say(words) {
  toast.textContent = words;
  clearTimeout(silence);
  silence = setTimeout(() => (toast.textContent = ""), 2500);
}

// "…&t=754s" or "…#t=754"
function secondsIn(address) {
  const time = /[?&#]t=(\d+)/.exec(address);
  return time ? Number(time[1]) : 0;
}

// The recording's host hears of a reader when the reader presses play, not before.
let player;
function play(second) {
  player ??= open();
  if (door.dataset.player === "youtube") {
    player.src = `${door.dataset.from}?autoplay=1&start=${second}`;
  } else {
    player.currentTime = second;
    player.play().catch((error) => {
      if (error.name === "NotSupportedError") location.assign(`${door.href}#t=${second}`); // not playable here
    });
  }
}

function open() {
  const isVideo = door.dataset.player === "youtube";
  const made = document.createElement(isVideo ? "iframe" : "audio");
  made.title = door.dataset.title;
  if (isVideo) made.allow = "autoplay; fullscreen; picture-in-picture";
  else Object.assign(made, { controls: true, src: door.dataset.from });
  const close = document.createElement("button");
  close.className = "plain";
  close.setAttribute("aria-label", door.dataset.close);
  close.textContent = "×";
  const bar = document.createElement("aside");
  bar.className = `player ${door.dataset.player}`;
  bar.setAttribute("aria-label", door.dataset.title);
  bar.append(made, close);
  close.addEventListener("click", () => {
    bar.remove();
    player = undefined;
    door.focus();
  });
  digest.append(bar);
  return made;
}
