import { CUSTOM_ELEMENTS_SCHEMA, Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import { consent, consentScript } from 'octroi/angular';
import 'octroi/embed';

@Component({
  imports: [RouterLink],
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <h1>Film</h1>
    <p id="stats">{{ stats() ? 'yes' : 'no' }}</p>
    <octroi-embed service="film" src="http://film.example/film.html" title="The spring show" width="480" height="270" />
    <a id="to-home" routerLink="/">Home</a>
  `,
})
export class Film {
  readonly stats = consent('stats');

  constructor() {
    consentScript({ service: 'stats', src: 'http://stats.example/tag.js?page=film' });
  }
}
