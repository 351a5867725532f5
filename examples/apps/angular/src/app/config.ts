import { APP_BASE_HREF } from '@angular/common';
import type { ApplicationConfig } from '@angular/core';
import { provideClientHydration } from '@angular/platform-browser';
import { provideRouter } from '@angular/router';
import { Film } from './film';
import { Home } from './home';

export const config: ApplicationConfig = {
  providers: [
    provideRouter([
      { path: '', component: Home },
      { path: 'film', component: Film },
    ]),
    provideClientHydration(),
    // In the place of <base href>, with which a link to #octroi would lead to another page.
    { provide: APP_BASE_HREF, useValue: '/' },
  ],
};
