// As octroi types writes it.

interface OctroiRegister {
  category: 'statistics' | 'video';
  service: 'stats' | 'film';
}
