// Sends a volume in pieces, over HTTP and not over the page's connection. What a broken connection left off goes on where it was.
const PIECE = 8 << 20;
const PAUSE = 1000;
const PATIENCE = 120;

export function open(root, page, where) {
  return new Upload(root, page, where);
}

class Upload {
  constructor(root, page, where) {
    [this.root, this.page, this.where] = [root, page, where];
    this.input = root.querySelector("input[type=file]");
    this.bar = root.querySelector("progress");
    this.left = new AbortController();
    const on = { signal: this.left.signal };
    this.input.addEventListener("change", () => this.take(this.input.files), on);
    root.addEventListener("dragover", event => { event.preventDefault(); root.dataset.over = ""; }, on);
    root.addEventListener("dragleave", () => delete root.dataset.over, on);
    root.addEventListener("drop", event => { event.preventDefault(); delete root.dataset.over; this.take(event.dataTransfer.files); }, on);

    // Somebody may have been faster than this script.
    this.take(this.input.files);
  }

  async take([file]) {
    if (!file || this.sending) {
      return;
    }
    this.sending = new AbortController();
    this.root.dataset.sending = "";
    try {
      await this.tell("BeganAsync", file.name, file.size);
      const id = await this.send(file);
      await this.tell("SentAsync", id);
    } catch (error) {
      const isGivenUp = this.sending.signal.aborted && !this.left.signal.aborted;
      if (isGivenUp) {
        this.giveUp(file);
      }
      await this.tell("FailedAsync", isGivenUp ? null : error.message);
    } finally {
      this.sending = null;
      delete this.root.dataset.sending;
      this.input.value = "";
    }
  }

  async send(file) {
    let { id, received } = await this.begin(file);
    for (let isStored = false, failed = 0; !isStored;) {
      this.show(received, file.size);
      try {
        const answer = await this.ask(`${this.where}/${id}?from=${received}`, { method: "PUT", body: file.slice(received, received + PIECE) });
        ({ received, isStored } = answer);
        failed = 0;
      } catch (error) {
        if (error.isFinal || ++failed > PATIENCE || this.sending.signal.aborted) {
          throw error;
        }
        await new Promise(resolve => setTimeout(resolve, PAUSE));
        received = (await this.ask(`${this.where}/${id}`, {}).catch(gone => { if (gone.isFinal) { throw gone; } return { received }; })).received;
      }
    }
    this.show(file.size, file.size);
    this.keep(file, null);
    return id;
  }

  // The same file goes on where it was, also after the page was loaded again.
  async begin(file) {
    const known = sessionStorage.getItem(this.nameOf(file));
    const old = known && await this.ask(`${this.where}/${known}`, {}).catch(() => null);
    if (old) {
      return old;
    }
    const begun = await this.ask(`${this.where}?${new URLSearchParams({ name: file.name, length: file.size })}`, { method: "POST" });
    this.keep(file, begun.id);
    return begun;
  }

  async ask(address, options) {
    const answer = await fetch(address, { ...options, cache: "no-store", signal: this.sending.signal });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) {
      return told;
    }
    const error = new Error(told.error ?? (answer.status === 404 ? "The dashboard does not know this upload any more; choose the file again." : `The dashboard answered ${answer.status}.`));
    error.isFinal = answer.status < 500 && answer.status !== 409;
    throw error;
  }

  // Who only left the page may come back to it.
  giveUp(file) {
    const id = sessionStorage.getItem(this.nameOf(file));
    this.keep(file, null);
    if (id) {
      fetch(`${this.where}/${id}`, { method: "DELETE", keepalive: true }).catch(() => {});
    }
  }

  cancel() {
    this.sending?.abort();
  }

  nameOf(file) {
    return `hermes-upload ${file.name} ${file.size} ${file.lastModified}`;
  }

  keep(file, id) {
    if (id) {
      sessionStorage.setItem(this.nameOf(file), id);
    } else {
      sessionStorage.removeItem(this.nameOf(file));
    }
  }

  show(done, all) {
    this.bar.max = all;
    this.bar.value = done;
  }

  tell(what, ...values) {
    return this.left.signal.aborted ? null : this.page.invokeMethodAsync(what, ...values);
  }

  close() {
    this.left.abort();
    this.cancel();
  }
}
