export default function App({ Component, pageProps }) {
  return (
    <>
      <Component {...pageProps} />
      <a href="#octroi" id="cookies">
        Cookies
      </a>
    </>
  );
}
