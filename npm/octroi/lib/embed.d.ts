/**
 * Importing this defines `<octroi-embed service="film" src="…" title="…">`, a frame that loads once
 * its service is granted; `width`, `height`, `allow`, `sandbox` and the like are the frame's. On a
 * server it defines nothing.
 */
export type OctroiEmbed = HTMLElement;

declare global {
  interface HTMLElementTagNameMap {
    'octroi-embed': OctroiEmbed;
  }
}
