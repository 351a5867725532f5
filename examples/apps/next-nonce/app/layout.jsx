import { headers } from 'next/headers';
import { OctroiHead } from 'octroi/next';

export const metadata = { title: 'An app with Next' };

/** A page with a nonce is made for each request; the one in front of Next, or its proxy.js, sends it along. */
export default async function Layout({ children }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    <html lang="en">
      <head>
        <OctroiHead nonce={nonce} />
      </head>
      <body>
        {children}
        <a href="#octroi" id="cookies">
          Cookies
        </a>
      </body>
    </html>
  );
}
