import react from '@vitejs/plugin-react';
import { build, script } from 'octroi/build';
import { defineConfig } from 'vite';

const octroi = () => {
  let built;
  return {
    name: 'octroi',
    async buildStart() {
      built = await build();
      for (const [name, source] of Object.entries(built.files)) this.emitFile({ type: 'asset', fileName: 'octroi/' + name, source });
    },
    transformIndexHtml: {
      order: 'post',
      handler: (html) =>
        html.replace(
          /<meta charset[^>]*>/,
          (meta) => `${meta}<script nonce="__NONCE__" src="${script(built).src}" integrity="${script(built).integrity}"></script>`,
        ),
    },
  };
};

export default defineConfig({
  plugins: [react(), octroi()],
  // The server puts a nonce in its place, another with each page.
  html: { cspNonce: '__NONCE__' },
});
