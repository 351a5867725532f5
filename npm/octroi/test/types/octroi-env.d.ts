// As octroi types writes it.

import 'octroi';

declare module 'octroi' {
  interface Register {
    category: 'statistics' | 'video';
    service: 'stats' | 'film';
  }
}

declare global {
  interface OctroiRegister {
    category: 'statistics' | 'video';
    service: 'stats' | 'film';
  }
}
