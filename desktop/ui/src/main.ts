import { mount } from 'svelte';
import './style/base.css';
import App from './App.svelte';
import { options } from './ipc/generated';
import { show } from './state/preferences.svelte';

show();
mount(App, { target: document.body });

void options().then(({ measure }) => (measure ? import('./measure') : undefined));
