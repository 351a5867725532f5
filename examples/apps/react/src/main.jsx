import { createRoot } from 'react-dom/client';
import { BrowserRouter, Route, Routes } from 'react-router';
import { Film } from './Film.jsx';
import { Home } from './Home.jsx';

createRoot(document.getElementById('root')).render(
  <BrowserRouter>
    <Routes>
      <Route path="/" element={<Home />} />
      <Route path="/film" element={<Film />} />
    </Routes>
    <a href="#octroi" id="cookies">
      Cookies
    </a>
  </BrowserRouter>,
);
