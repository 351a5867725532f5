import { configuration } from './playwright.config.js';

export default configuration('early');
