import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import { consent, consentScript } from 'octroi/angular';

@Component({
  imports: [RouterLink],
  template: `
    <h1>Film</h1>
    <p id="stats">{{ stats() ? 'yes' : 'no' }}</p>
    <iframe data-octroi="film" data-src="http://film.example/film.html" title="The spring show" width="480" height="270"></iframe>
    <a id="to-home" routerLink="/">Home</a>
  `,
})
export class Film {
  readonly stats = consent('stats');

  constructor() {
    consentScript({ service: 'stats', src: 'http://stats.example/tag.js?page=film' });
  }
}
