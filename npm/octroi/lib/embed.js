/*
 * <octroi-embed service="film" src="…" title="…">: a frame that loads once its service is granted,
 * for pages of any kind. The frame stands in the page itself, where the engine sees it, and not in
 * a shadow root. On a server nothing is defined.
 */

/** What the frame has of the element's attributes, and is changed in place. */
const shared = ['title', 'width', 'height', 'allow', 'allowfullscreen', 'name', 'loading', 'referrerpolicy', 'sandbox', 'aria-label', 'data-octroi-poster'];

if (typeof customElements !== 'undefined' && !customElements.get('octroi-embed')) {
  customElements.define(
    'octroi-embed',
    class extends HTMLElement {
      static observedAttributes = ['service', 'src', ...shared];

      connectedCallback() {
        this.#draw();
      }

      attributeChangedCallback() {
        if (this.isConnected) this.#draw();
      }

      /** Has the frame that the attributes say; of another service or address, another one. */
      #draw() {
        const service = this.getAttribute('service');
        const src = this.getAttribute('src');
        // A copy of the element brings a copy of its frame.
        const frames = [...this.children].filter((child) => child.localName === 'iframe');
        const kept = frames.find((frame) => frame.getAttribute('data-octroi') === service && frame.getAttribute('data-src') === src);
        for (const frame of frames) if (frame !== kept) frame.remove();
        // Without a service nobody could ask for it: nothing loads.
        if (!service || !src) return;
        const frame = kept ?? document.createElement('iframe');
        for (const name of shared) {
          const value = this.getAttribute(name);
          if (value === null) frame.removeAttribute(name);
          else if (frame.getAttribute(name) !== value) frame.setAttribute(name, value);
        }
        if (kept) return;
        frame.setAttribute('data-octroi', service);
        frame.setAttribute('data-src', src);
        this.append(frame);
      }
    },
  );
}
