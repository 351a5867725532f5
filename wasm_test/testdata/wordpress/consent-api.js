window.wp_has_consent = (category) => {
  const type = window.wp_consent_type ?? consent_api.consent_type;
  return !type || document.cookie.split('; ').includes(`wp_consent_${category}=allow`);
};
window.heard = [];
window.wp_set_consent = (category, value) => {
  if (value !== 'allow' && value !== 'deny') return;
  document.cookie = `wp_consent_${category}=${value};path=/;max-age=2592000`;
  const detail = [];
  detail[category] = value;
  window.heard.push(`${category}=${value}`);
  document.dispatchEvent(new CustomEvent('wp_listen_for_consent_change', { detail }));
};
