import { mount } from 'svelte';
import './style/base.css';
import App from './App.svelte';
import { show } from './state/preferences.svelte';

show();
mount(App, { target: document.body });
