/*
 * Shows the cookie policy in the editor, as the site renders it.
 */
(({ blocks, blockEditor, element, serverSideRender, components, i18n }) => {
  const { createElement } = element;
  const missing = () =>
    createElement(components.Placeholder, {
      icon: 'privacy',
      label: i18n.__('Cookie policy', 'octroi'),
      instructions: i18n.__('The policy appears here once the declaration is saved under Settings → Octroi.', 'octroi'),
    });
  blocks.registerBlockType('octroi/policy', {
    edit: () =>
      createElement(
        'div',
        blockEditor.useBlockProps(),
        // Its links and buttons are no part of the editor.
        createElement('div', { inert: '' }, createElement(serverSideRender, { block: 'octroi/policy', EmptyResponsePlaceholder: missing })),
      ),
    save: () => null,
  });
})(/** @type {any} */ (window).wp);
