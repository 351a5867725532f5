const HtmlWebpackPlugin = require('html-webpack-plugin');
const { OctroiPlugin } = require('octroi/webpack');

module.exports = {
  entry: './src/main.js',
  output: { publicPath: '/', filename: '[name].[contenthash].js', clean: true },
  plugins: [
    new HtmlWebpackPlugin({ template: './src/index.html' }),
    // The site's policy allows no inline scripts: the hooks have a tag of their own.
    new OctroiPlugin({ hold: true }),
  ],
};
