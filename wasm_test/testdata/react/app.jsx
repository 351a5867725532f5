import { Suspense, startTransition, useEffect, useState } from 'react';

/** While one develops, React says which attributes have changed: a source that was granted, or is held. */
const quiet = process.env.NODE_ENV !== 'production';

const Frame = ({ id, gated = true }) => (
  <iframe
    id={id}
    width="300"
    height="150"
    title={id}
    {...(gated ? { 'data-octroi': 'pixel', 'data-src': third + '/ads/' + id } : { src: third + '/ads/' + id })}
    suppressHydrationWarning={quiet}
  />
);

/** A value that comes from a slow place on the server, and is there in the browser. */
const Later = ({ wait }) => {
  if (wait?.pending) throw wait.promise;
  return (
    <section id="later">
      <Frame id="late" />
      <p>after the late one</p>
    </section>
  );
};

const Home = ({ wait }) => (
  <>
    <h1>Home</h1>
    <Frame id="plain" gated={false} />
    <p>after the plain one</p>
    <div className="film">
      <Frame id="gated" />
      <p>between</p>
      <Frame id="last" />
    </div>
    <video id="film" width="300" height="150" data-octroi="pixel" data-src={third + '/ads/film'} preload="none" suppressHydrationWarning={quiet} />
    <Suspense fallback={<p id="fallback">wait</p>}>
      <Later wait={wait} />
    </Suspense>
    <div data-octroi-table="" />
    <p>the end</p>
  </>
);

const Film = () => (
  <>
    <h1>Film</h1>
    <Frame id="soft" />
    <p>after</p>
  </>
);

/** What a router renders: one page, then another, in the same tree. */
export const App = ({ wait }) => {
  const [page, go] = useState('home');
  const [hydrated, set] = useState(false);
  useEffect(() => startTransition(() => set(true)), []);
  return (
    <main data-hydrated={hydrated}>
      <button id="go" onClick={() => startTransition(() => go(page === 'home' ? 'film' : 'home'))}>
        Go
      </button>
      {page === 'home' ? <Home wait={wait} /> : <Film />}
      <a href="/cookies" data-octroi-open="">
        Cookies
      </a>
    </main>
  );
};

const Head = ({ declaration, entry }) => (
  <>
    <meta charSet="utf-8" />
    <title>test</title>
    <script type="application/json" id="octroi-config" dangerouslySetInnerHTML={{ __html: declaration }} />
    <script src="/octroi/octroi.js" />
    <meta name="description" content="stands behind the drop-in" />
    <script type="text/plain" data-octroi="pixel" data-src={third + '/ads/tag.js'} suppressHydrationWarning={quiet} />
    {entry && <script src={entry} defer />}
  </>
);

export const Page = (props) => (
  <html lang="en">
    <head>
      <Head {...props} />
    </head>
    <body>
      <App {...props} />
    </body>
  </html>
);

/** The page around an app that is hydrated in a container. */
export const Shell = (props) => (
  <html lang="en">
    <head>
      <Head {...props} />
    </head>
    <body>
      <div id="root" dangerouslySetInnerHTML={{ __html: props.inner }} />
    </body>
  </html>
);
