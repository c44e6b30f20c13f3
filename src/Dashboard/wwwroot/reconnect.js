// The server forgets its pages, and whom it let in, when it is started again; a page that comes back to a new server loads itself anew.
let isAway = false;
let hasGivenUp = false;

document.getElementById("components-reconnect-modal").addEventListener("components-reconnect-state-changed", event => {
  const state = event.detail.state;
  if (state === "rejected" || state === "resume-failed") {
    location.reload();
    return;
  }

  const wasAway = isAway;
  isAway = state !== "hide";
  hasGivenUp = state === "failed";
  if (isAway && !wasAway) {
    lookOut();
  }
});

// A server that answers and does not know this browser is a new one; one that knows it is left to Blazor until that has given up.
async function lookOut() {
  while (isAway) {
    await new Promise(resolve => setTimeout(resolve, 2000));
    try {
      const { ok, status } = await fetch("hermes.svg", { cache: "no-store" });
      if (status === 401 || (ok && hasGivenUp)) {
        location.reload();
        return;
      }
    } catch {
      // Still away.
    }
  }
}
