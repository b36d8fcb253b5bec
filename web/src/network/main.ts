import { mount } from 'svelte';

import '../app.css';
import Network from './Network.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('network.html has no #app');

export default mount(Network, { target });
