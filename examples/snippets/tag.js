import { tag } from 'virtual:octroi';
