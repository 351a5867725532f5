import { Route, Router } from '@solidjs/router';
import { render } from 'solid-js/web';
import { Film } from './Film.jsx';
import { Home } from './Home.jsx';

const App = (props) => (
  <>
    {props.children}
    <a href="#octroi" id="cookies">
      Cookies
    </a>
  </>
);

render(
  () => (
    <Router root={App}>
      <Route path="/" component={Home} />
      <Route path="/film" component={Film} />
    </Router>
  ),
  document.getElementById('root'),
);
