/** The pages of the settings, in order. */
import type { Component } from 'svelte';
import type { IconName } from '../../parts/icons';
import About from './pages/About.svelte';
import Advanced from './pages/Advanced.svelte';
import Appearance from './pages/Appearance.svelte';
import Chat from './pages/Chat.svelte';
import Devices from './pages/Devices.svelte';
import Privacy from './pages/Privacy.svelte';
import Profile from './pages/Profile.svelte';
import Relays from './pages/Relays.svelte';
import Storage from './pages/Storage.svelte';

export interface Page {
  /** Its title is `settings-…` of the catalogue. */
  id: string;
  icon: IconName;
  component: Component;
}

export const pages: readonly Page[] = [
  { id: 'profile', icon: 'person', component: Profile },
  { id: 'appearance', icon: 'palette', component: Appearance },
  { id: 'chat', icon: 'chat', component: Chat },
  { id: 'privacy', icon: 'lock', component: Privacy },
  { id: 'devices', icon: 'device', component: Devices },
  { id: 'relays', icon: 'relay', component: Relays },
  { id: 'storage', icon: 'storage', component: Storage },
  { id: 'advanced', icon: 'settings', component: Advanced },
  { id: 'about', icon: 'info', component: About },
];
