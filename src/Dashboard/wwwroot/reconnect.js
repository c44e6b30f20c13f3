// The server forgets its pages when it is started again; a page that comes back to a new server loads itself anew.
document.getElementById("components-reconnect-modal").addEventListener("components-reconnect-state-changed", async event => {
  const state = event.detail.state;
  if (state === "rejected" || state === "resume-failed") {
    location.reload();
  } else if (state === "failed") {
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, 2000));
      try {
        if ((await fetch(location.href, { method: "HEAD" })).ok) {
          location.reload();
          return;
        }
      } catch {
        // Still away.
      }
    }
  }
});
