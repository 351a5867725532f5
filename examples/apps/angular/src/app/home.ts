import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import { consent, consentScript } from 'octroi/angular';

@Component({
  imports: [RouterLink],
  template: `
    <h1>Home</h1>
    <p id="stats">{{ stats() ? 'yes' : 'no' }}</p>
    @if (stats()) {
      <p id="only">Visits are counted.</p>
    }
    <a id="to-film" routerLink="/film">To the film</a>
  `,
})
export class Home {
  readonly stats = consent('stats');

  constructor() {
    consentScript({ service: 'stats', src: 'http://stats.example/tag.js?page=home' });
  }
}
