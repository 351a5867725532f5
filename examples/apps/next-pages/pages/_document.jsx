import { Head, Html, Main, NextScript } from 'next/document';
import { OctroiHead } from 'octroi/next';

export default function Document() {
  return (
    <Html lang="en">
      <Head>
        <OctroiHead hold />
      </Head>
      <body>
        <Main />
        <NextScript />
      </body>
    </Html>
  );
}
