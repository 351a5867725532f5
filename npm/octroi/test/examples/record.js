// [record]
import { record } from 'octroi/testing';

const { name, value } = record('octroi.json', { grant: ['statistics'], url: 'https://shop.example' });
// [/record]

export { name, value };
