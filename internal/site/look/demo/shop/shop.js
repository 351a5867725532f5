/* A script of the shop's own, which reaches third parties that no markup names. */
const picture = document.createElement('img');
picture.alt = '';
picture.src = '../third-party/adverts.svg';
document.getElementById('adverts').append(picture);
fetch('../third-party/counter/hit?page=home', { method: 'POST' }).catch(() => {});
