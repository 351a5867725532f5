import { OctroiHead } from 'octroi/next';

export const metadata = { title: 'An app with Next' };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        <OctroiHead hold />
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
